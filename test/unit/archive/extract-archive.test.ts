import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { craftZip, type CraftedEntry as ZipEntry } from '../codepipeline/artifacts/craft-zip.ts';
import { type CraftedEntry, craftTar } from './craft-tar.ts';
import { unpack } from './unpack.ts';

let root: string;
let dir: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'extract-'));
  dir = path.join(root, 'inside');
});
afterEach(() => rmSync(root, { recursive: true }));

const LINK = 0o120777;
const found = () => readdirSync(dir, { recursive: true }).map(String).sort();
const read = (file: string) => readFileSync(path.join(dir, file), 'utf8');

describe('a part of an archive', () => {
  const archive = craftZip([
    { name: '/', data: '' },
    { name: '../evil', data: 'evil' },
    { name: 'a\\..\\..\\b', data: 'evil' },
    { name: 'src/a.ts', data: 'a' },
    { name: 'src/a.js', data: 'a' },
    { name: 'docs/deep/b.md', data: 'b' },
    { name: 'secret.bin', data: 'x', flags: 1 },
  ]);

  it.each<[string, object, readonly string[]]>([
    [
      'of some folders',
      { include: ['src', 'docs/**'] },
      ['docs', 'docs/deep', 'docs/deep/b.md', 'src', 'src/a.js', 'src/a.ts'],
    ],
    ['of some names', { include: ['*.{ts,md}'] }, ['docs', 'docs/deep', 'docs/deep/b.md', 'src', 'src/a.ts']],
    ['less some of it', { include: ['src'], exclude: ['*.[jt]s'] }, []],
    ['chosen by functions', { include: (name: string) => name.endsWith('.js') }, ['src', 'src/a.js']],
    [
      'less what is refused, by the names in the refusals',
      { exclude: ['/', '../evil', 'a\\..\\..\\b', 'secret.bin', 'docs'] },
      ['src', 'src/a.js', 'src/a.ts'],
    ],
  ])('%s is unpacked', async (_, options, expected) => {
    await unpack(archive, dir, options);
    expect(found()).toEqual(expected);
  });

  it.each([
    ['/', []],
    ['../evil', ['/']],
    ['secret.bin', ['/', '../evil', 'a\\..\\..\\b']],
  ])('is not needed for the refusal of %j', async (name, exclude) => {
    await expect(unpack(archive, dir, { exclude })).rejects.toThrow(`${name}: `);
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('links that lead nowhere or outside', () => {
  const archive = craftZip([
    { name: 'conf/prod.json', data: '{}' },
    { name: 'config.json', data: 'conf/prod.json', mode: LINK },
    { name: '.terraform/providers', data: '/usr/share/terraform', mode: LINK },
    { name: 'gone', data: 'nowhere', mode: LINK },
    { name: 'by-way-of', data: 'gone', mode: LINK },
  ]);

  it('are refused by default, each by its name, and nothing is written', async () => {
    await expect(unpack(archive, dir)).rejects.toThrow('.terraform/providers: the symbolic link leads out');
    await expect(unpack(archive, dir, { exclude: ['.terraform'] })).rejects.toThrow(
      'gone: the symbolic link leads to nothing',
    );
    expect(readdirSync(root)).toEqual([]);
  });

  it('are skipped and listed when that is chosen', async () => {
    expect(await unpack(archive, dir, { strayLinks: 'skip' })).toEqual({
      files: 2,
      bytes: 2,
      skippedLinks: ['.terraform/providers', 'gone', 'by-way-of'],
    });
    expect(readlinkSync(path.join(dir, 'config.json'))).toBe('conf/prod.json');
    expect(found()).toEqual(['conf', 'conf/prod.json', 'config.json']);
  });

  it('are those, too, that lead to what is left out', async () => {
    await expect(unpack(archive, dir, { include: ['config.json'] })).rejects.toThrow(
      'nothing in the archive that is unpacked',
    );
  });
});

describe('a hard link', () => {
  const main: CraftedEntry = { name: 'main.tf', content: 'resource {}' };
  const hard = (name: string, linkName: string): CraftedEntry => ({ name, type: '1', linkName });

  it('to a file is that file under another name', async () => {
    expect(await unpack(craftTar([main, hard('copy.tf', './main.tf'), hard('third.tf', 'copy.tf')]), dir)).toEqual({
      files: 3,
      bytes: 11,
    });
    expect([read('copy.tf'), read('third.tf')]).toEqual(['resource {}', 'resource {}']);
  });

  it('to itself is the second mention of a file, as GNU tar stores it', async () => {
    expect(await unpack(gzipSync(craftTar([main, hard('main.tf', 'main.tf')])), dir)).toEqual({ files: 1, bytes: 11 });
  });

  it('brings the content along where the file itself is left out', async () => {
    expect(await unpack(craftTar([main, hard('copy.tf', 'main.tf')]), dir, { exclude: ['main.tf'] })).toEqual({
      files: 1,
      bytes: 11,
    });
    expect(read('copy.tf')).toBe('resource {}');
  });

  it.each([
    ['out of the archive', [main, hard('x', '../../etc/passwd')]],
    ['to nothing', [main, hard('x', 'none')]],
    ['in a circle', [hard('x', 'y'), hard('y', 'x')]],
  ])('%s is refused', async (_, entries) => {
    await expect(unpack(craftTar(entries), dir)).rejects.toThrow('x: the entry is a hard link to');
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('an archive that holds an archive', () => {
  const inner = craftZip([{ name: 'a', data: 'inner' }]);
  const program = Buffer.from('#!/bin/sh\nexit\n');
  const outer = craftZip([
    { name: 'a', data: 'outer' },
    { name: 'inner.zip', data: inner },
  ]);
  const cut = outer.subarray(0, outer.indexOf(inner) + inner.length);

  it.each([
    [
      'a tar archive that ends with it',
      craftTar([
        { name: 'a', content: 'outer' },
        { name: 'z', content: inner },
      ]),
    ],
    [
      'one without padding',
      craftTar([
        { name: 'a', content: 'outer' },
        { name: 'z', content: padded(inner) },
      ]),
    ],
    ['a zip archive', outer],
    ['a zip archive behind a program', Buffer.concat([program, outer])],
  ])('is read itself: %s', async (_, archive) => {
    await unpack(archive, dir);
    expect(read('a')).toBe('outer');
  });

  it.each([
    ['cut short behind it', cut],
    ['that goes on with empty bytes from there', Buffer.concat([cut], cut.length + 5_000)],
    ['behind a program, cut short', Buffer.concat([program, cut])],
    ['that is complete, with another behind it', Buffer.concat([outer, inner])],
    ['of gzip, with a zip archive behind it', Buffer.concat([gzipSync(craftTar([{ name: 'a' }])), inner])],
    ['of tar, cut short behind it', craftTar([{ name: 'z', content: inner }], Buffer.alloc(0))],
  ])('is refused when it is one %s', async (_, archive) => {
    await expect(unpack(archive, dir)).rejects.toThrow(/cut short|damaged one/);
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('before anything is written,', () => {
  const twice = (a: string, b: string): ZipEntry[] => [
    { name: 'first' },
    { name: 'x', data: a },
    { name: './x', data: b },
  ];

  it.each<[string, Buffer, string]>([
    [
      'a file below a file',
      craftZip([{ name: 'a' }, { name: 'a/b' }]),
      'a: the archive has this path as a file or link and as a folder',
    ],
    ['the same the other way round', craftZip([{ name: 'a/b' }, { name: 'a' }]), 'a: the archive has this path as'],
    [
      'a folder that is a link',
      craftTar([{ name: 'l', type: '2', linkName: '.' }, { name: 'l/b' }]),
      'l: the archive has this path as',
    ],
    [
      'a path twice with different content',
      craftZip(twice('1', '2')),
      'x: the archive has this path twice, with different content',
    ],
    ['a device', craftTar([{ name: 'null', type: '3' }]), 'null: the entry is a character device'],
    ['a socket', craftZip([{ name: 's', mode: 0o140755 }]), 's: the entry is a socket'],
    ['a method', craftZip([{ name: 'a', method: 93 }]), 'compression method 93 is not supported (it is Zstandard)'],
    ['a name that no file system takes', craftZip([{ name: 'n'.repeat(256) }]), 'a name of 256 bytes'],
    ['another packer', Buffer.from('\xfd7zXZ\0 and so on', 'latin1'), 'it is packed with xz'],
    ['a part of a split archive', splitOf(craftZip([{ name: 'a' }])), 'one part of a split archive'],
    ['the first part of one', Buffer.from(`PK\x07\x08${'x'.repeat(600)}`, 'latin1'), 'one part of a split archive'],
    [
      'the last part of one, which begins with content',
      splitOf(Buffer.concat([Buffer.from('of a file'), craftZip([{ name: 'a' }])])),
      'one part of a split archive',
    ],
    [
      'an end within the comment of another archive',
      withComment(craftZip([{ name: 'a' }]), craftZip([])),
      'its end says that it holds nothing',
    ],
    [
      'a link to a file as if it were a folder',
      craftZip([{ name: 'a' }, { name: 'l', data: 'a/', mode: LINK }]),
      'l: the symbolic link leads to nothing',
    ],
    ['data behind the end', Buffer.concat([craftZip([{ name: 'a' }]), Buffer.from('more')]), 'something was added'],
    ['a tar without its end', craftTar([{ name: 'a' }], Buffer.alloc(0)), 'the empty blocks at its end are missing'],
  ])('%s is said', async (_, archive, problem) => {
    await expect(unpack(archive, dir)).rejects.toThrow(problem);
    expect(readdirSync(root)).toEqual([]);
  });

  it.each<[string, Buffer, readonly string[]]>([
    ['the padding of bsdtar behind a zip archive', padded(craftZip([{ name: 'a' }])), ['a']],
    ['that behind a comment', padded(withComment(craftZip([{ name: 'a' }]), Buffer.from('said\0'))), ['a']],
    ['a zip archive without entries', craftZip([]), []],
    ['what zip read from a pipe', craftZip([{ name: '-', data: 'x', mode: 0o010660 }]), ['-']],
  ])('%s is no matter', async (_, archive, names) => {
    await unpack(archive, dir);
    expect(found()).toEqual(names);
  });

  it('the same content twice is no matter', async () => {
    expect(await unpack(craftZip(twice('1', '1')), dir)).toEqual({ files: 2, bytes: 1 });
  });
});

describe('over what was unpacked before,', () => {
  const first = { name: 'first', content: 'new' };

  it.each<[string, CraftedEntry[], CraftedEntry[], string]>([
    ['a file where a folder is', [{ name: 'x/a' }], [first, { name: 'x' }], 'x: .* is a folder'],
    [
      'a link where a folder is',
      [{ name: 'x/a' }],
      [first, { name: 'x', type: '2', linkName: 'first' }],
      'x: .* is a folder',
    ],
    ['a folder where a file is', [{ name: 'x' }], [first, { name: 'x/a' }], 'x/a: .* is no folder'],
    ['an empty folder where a file is', [{ name: 'x' }], [first, { name: 'x/', type: '5' }], 'x: .* is no folder'],
    [
      'a folder where a link is',
      [{ name: 'd/a' }, { name: 'x', type: '2', linkName: 'd' }],
      [first, { name: 'x/b/c' }],
      'x/b/c: .* is no folder',
    ],
  ])('%s is said before anything is written', async (_, before, after, problem) => {
    await unpack(craftTar(before), dir);
    const names = found();
    await expect(unpack(craftTar(after), dir)).rejects.toThrow(new RegExp(`^${problem}.*remove it, or unpack into`));
    expect(found()).toEqual(names);
  });

  it('files, links and folders of the same kind are replaced', async () => {
    const archive = (content: string) =>
      craftTar([
        { name: 'd/', type: '5' },
        { name: 'd/a', content },
        { name: 'l', type: '2', linkName: 'd' },
      ]);
    await unpack(archive('old'), dir);
    await unpack(archive('new'), dir);
    expect([read('d/a'), read('l/a')]).toEqual(['new', 'new']);
  });
});

it('no file gets more than the right to be run', async () => {
  await unpack(craftTar([{ name: 'su', mode: 0o6777, content: 'x' }]), dir);
  expect(statSync(path.join(dir, 'su')).mode & 0o7022).toBe(0);
});

function withComment(archive: Buffer, comment: Buffer): Buffer {
  const bytes = Buffer.concat([archive, comment]);
  bytes.writeUInt16LE(comment.length, archive.length - 2);
  return bytes;
}

/** Filled up to whole blocks, as a tape would have it. */
function padded(archive: Buffer): Buffer {
  return Buffer.concat([archive], 10_240);
}

function splitOf(archive: Buffer): Buffer {
  const bytes = Buffer.from(archive);
  bytes.writeUInt16LE(1, bytes.length - 22 + 4);
  return bytes;
}
