import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathProblem } from '../../../lib/archive/index.ts';
import { craftZip } from '../codepipeline/artifacts/craft-zip.ts';
import { craftTar, pax } from './craft-tar.ts';
import { unpack } from './unpack.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'names-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const namesIn = async (archive: Buffer) => {
  await unpack(archive, dir);
  return readdirSync(dir, { recursive: true }).map(String).sort();
};

describe('a path', () => {
  it.each([
    ['a:b.txt', undefined, 'Windows does not take'],
    ['dev\\x2duuid.mount', undefined, 'Windows does not take'],
    ['..a/...', undefined, undefined],
    ['C:/a', 'absolute', 'absolute'],
    ['C:\\a', 'absolute', 'absolute'],
    ['\\\\server\\share', 'backslash', 'backslash'],
    ['a\\..\\..\\b', 'backslash', 'backslash'],
    ['a/../../b', '".."', '".."'],
    ['\ud800', 'well-formed', 'well-formed'],
    ['ä'.repeat(128), 'a name of 256 bytes', 'a name of 256 bytes'],
    ['a/'.repeat(2049), 'the path has 4098 bytes', 'the path has 4098 bytes'],
  ])('%j is judged by what the system can have', (name, linux, windows) => {
    for (const [platform, problem] of [
      ['linux', linux],
      ['win32', windows],
    ] as const) {
      const found = pathProblem(name, platform);
      if (problem === undefined) expect(found, platform).toBeUndefined();
      else expect(found, platform).toContain(problem);
    }
  });
});

describe('a name in a zip archive', () => {
  /** Clears the flag that says UTF-8, in both headers. */
  const withoutFlag = (archive: Buffer) => {
    const bytes = Buffer.from(archive);
    bytes.writeUInt16LE(0, 6);
    bytes.writeUInt16LE(0, bytes.indexOf('PK\x01\x02') + 8);
    return bytes;
  };

  it('of UTF-8 bytes is read as such without the flag for it', async () => {
    expect(await namesIn(withoutFlag(craftZip([{ name: 'Müller.txt' }])))).toEqual(['Müller.txt']);
  });

  it('of other bytes is read as code page 437', async () => {
    const raw = withoutFlag(craftZip([{ name: 'M?ller.txt' }]));
    for (let at = raw.indexOf('?'); at !== -1; at = raw.indexOf('?', at + 1)) raw[at] = 0x81;
    expect(await namesIn(raw)).toEqual(['Müller.txt']);
  });

  it('that a link leads to is read as the names are', async () => {
    const target = Buffer.from('caf\x82', 'latin1');
    const archive = craftZip([{ name: 'caf?' }, { name: 'l', data: target, mode: 0o120777 }]);
    for (let at = archive.indexOf('?'); at !== -1; at = archive.indexOf('?', at + 1)) archive[at] = 0x82;
    expect(await namesIn(archive)).toEqual(['café', 'l']);
  });

  it('is that of the Unicode path field, as long as the field belongs to it', async () => {
    const extra = (crc: number) => {
      const name = Buffer.from('Ωmega.txt');
      const field = Buffer.alloc(9);
      field.writeUInt16LE(0x7075, 0);
      field.writeUInt16LE(5 + name.length, 2);
      field.writeUInt8(1, 4);
      field.writeUInt32LE(crc, 5);
      return Buffer.concat([field, name]);
    };
    expect(await namesIn(craftZip([{ name: 'mega.txt', extra: extra(crc32('mega.txt')) }]))).toEqual(['Ωmega.txt']);
    rmSync(path.join(dir, 'Ωmega.txt'));
    expect(await namesIn(craftZip([{ name: 'mega.txt', extra: extra(1) }]))).toEqual(['mega.txt']);
  });

  it('is divided by backslashes where it is of Windows and no name has a slash', async () => {
    const windows = { madeBy: 20 };
    const divided = craftZip([
      { name: 'f\\', ...windows },
      { name: 'f\\a.txt', data: 'A', ...windows },
    ]);
    expect(await namesIn(divided)).toEqual(['f', 'f/a.txt']);
    const literal = craftZip([
      { name: 'g/', ...windows },
      { name: 'h\\a.txt', ...windows },
    ]);
    expect(await namesIn(literal)).toEqual(['f', 'f/a.txt', 'g', 'h\\a.txt']);
  });
});

describe('a name in a tar archive', () => {
  it('that is no UTF-8 is read as ISO 8859-1', async () => {
    const tar = craftTar([pax({ path: 'M?ller.txt' }), { name: 'x', content: '1' }]);
    tar[tar.indexOf('?')] = 0xfc;
    expect(await namesIn(tar)).toEqual(['Müller.txt']);
  });

  it('may hold a backslash', async () => {
    expect(await namesIn(craftTar([{ name: 'dev\\x2duuid.mount', content: 'unit' }]))).toEqual(['dev\\x2duuid.mount']);
    expect(readFileSync(path.join(dir, 'dev\\x2duuid.mount'), 'utf8')).toBe('unit');
  });
});
