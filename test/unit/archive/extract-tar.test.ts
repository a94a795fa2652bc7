import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCatalog, type ExtractOptions, extractArchive, openArchive } from '../../../lib/archive/index.ts';
import { type CraftedEntry, craftTar, pax } from './craft-tar.ts';
import { failuresOf, sourceOf, UnfitError, unpack } from './unpack.ts';

let dir: string;
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'extract-tar-')), 'out');
});
afterEach(() => rmSync(join(dir, '..'), { recursive: true }));

const extract = (archive: Buffer, options: ExtractOptions = {}) => unpack(archive, dir, options);
const read = (path: string) => readFileSync(join(dir, path), 'utf8');
const isEmpty = () => {
  try {
    return readdirSync(dir).length === 0;
  } catch {
    return true;
  }
};

describe('a tar archive', () => {
  const entries: CraftedEntry[] = [
    { name: './', type: '5' },
    { name: './main.tf', content: 'resource {}' },
    { name: 'modules/', type: '5' },
    { name: 'modules/run.sh', content: '#!/bin/sh\n', mode: 0o755 },
    { name: 'modules/empty.tf' },
    { name: 'link.tf', type: '2', linkName: 'modules/empty.tf' },
  ];

  it.each([
    ['plain', (tar: Buffer) => tar],
    ['gzipped', gzipSync],
  ])('is unpacked, %s', async (_, pack) => {
    expect(await extract(pack(craftTar(entries)))).toEqual({ files: 4, bytes: 21 });
    expect(read('main.tf')).toBe('resource {}');
    expect(statSync(join(dir, 'modules/run.sh')).mode & 0o111).not.toBe(0);
    expect(readlinkSync(join(dir, 'link.tf'))).toBe('modules/empty.tf');
  });

  it.each<[string, CraftedEntry[]]>([
    ['GNU tar writes it', [{ name: 'disk.img', type: 'S', content: 'data', mapBlocks: 3 }]],
    [
      'pax has it',
      [pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'disk.img' }), { name: 'x/disk.img', content: '1' }],
    ],
  ])('with a sparse file as %s says which, and has the files behind it', async (_how, sparse) => {
    const archive = craftTar([...sparse, { name: 'after.txt', content: 'after' }]);
    await expect(extract(archive)).rejects.toThrow(/^disk\.img: the entry is a sparse file; pack it without holes/);
    expect(isEmpty()).toBe(true);
    await extract(archive, { include: ['after.txt'] });
    expect(read('after.txt')).toBe('after');
  });

  it('has its long names from pax and GNU headers', async () => {
    const [one, two] = [`${'a'.repeat(120)}/one.tf`, `${'b'.repeat(120)}/ä.tf`];
    await extract(
      craftTar([
        { name: '././@LongLink', type: 'L', content: `${one}\0` },
        { name: 'cut', content: '1' },
        pax({ path: two, mtime: '1.5' }),
        { name: 'cut too', content: '2' },
      ]),
    );
    expect(read(one)).toBe('1');
    expect(read(two)).toBe('2');
  });

  it('comes out as it went in, whatever its files hold', async () => {
    const file = fc.uint8Array({ maxLength: 2_000 });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 6 }), async (files) => {
        const crafted = files.map((content, index) => ({ name: `f${index}`, content: Buffer.from(content) }));
        await extract(gzipSync(craftTar(crafted)));
        for (const [index, content] of files.entries()) {
          expect(readFileSync(join(dir, `f${index}`)).equals(Buffer.from(content))).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('an entry that has a size, but can have no content,', () => {
  const good: CraftedEntry = { name: 'main.tf', content: 'x' };
  const after: CraftedEntry = { name: 'after.tf', content: 'after' };

  it.each<[string, CraftedEntry]>([
    ['a folder', { name: 'd/', type: '5', size: 4096 }],
    ['a symbolic link', { name: 'l', type: '2', linkName: 'main.tf', size: 7 }],
    ['a hard link', { name: 'h', type: '1', linkName: 'main.tf', size: 1 }],
    ['a folder that is a file with a slash', { name: 'f/', content: 'nothing' }],
  ])('is no matter: %s', async (_, entry) => {
    await extract(gzipSync(craftTar([good, entry, after])));
    expect([read('main.tf'), read('after.tf')]).toEqual(['x', 'after']);
    expect(readdirSync(dir)).toHaveLength(3);
  });

  it('is what it is: a pipe is refused, and by its name alone', async () => {
    const archive = craftTar([good, { name: 'p', type: '6', size: 5 }, after]);
    await expect(extract(archive)).rejects.toThrow('p: the entry is a named pipe');
    await extract(archive, { exclude: ['p'] });
    expect(read('after.tf')).toBe('after');
  });
});

describe('a path that stands in an archive several times', () => {
  const hard = (name: string, linkName: string): CraftedEntry => ({ name, type: '1', linkName });
  const files = (...contents: string[]) => contents.map((content, i): CraftedEntry => ({ name: `f${i}`, content }));

  it.each<[string, CraftedEntry[]]>([
    ['as three files', [...files('1'), ...files('1'), ...files('1')]],
    [
      'as hard links to others, which stand for each other then',
      [...files('1', '1', '1'), hard('f0', 'f2'), hard('f1', 'f2')],
    ],
  ])('is one file, when it has the same content %s', async (_, entries) => {
    await extract(gzipSync(craftTar(entries)));
    expect(read('f0')).toBe('1');
  });

  it.each<[string, CraftedEntry[]]>([
    ['the last of three files', [...files('1'), ...files('1'), ...files('2')]],
    ['a file that is linked in its place', [...files('1', '2', '2'), hard('f0', 'f2'), hard('f1', 'f2')]],
    ['another that is linked in its place', [...files('2', '1', '2'), hard('f0', 'f2'), hard('f1', 'f2')]],
  ])('is refused when it differs in %s', async (_, entries) => {
    await expect(extract(gzipSync(craftTar(entries)))).rejects.toThrow(/^f[012]: the archive has this path twice/);
    expect(isEmpty()).toBe(true);
  });

  it('is not read to be compared when it is empty', async () => {
    const source = sourceOf(craftTar(Array.from({ length: 50 }, () => ({ name: 'a' }))));
    let passes = 0;
    const { signal } = new AbortController();
    const failures = failuresOf(signal);
    const counted = {
      ...source,
      stream(start: number, end: number) {
        passes++;
        return source.stream(start, end);
      },
    };
    const catalog = createCatalog(await openArchive(counted, failures, signal), failures, signal);
    await extractArchive(dir, catalog, failures, signal);
    expect([passes, read('a')]).toEqual([2, '']);
  });
});

describe('an unsafe archive writes nothing', () => {
  const good: CraftedEntry = { name: 'main.tf', content: 'x' };
  it.each<[string, CraftedEntry[], string]>([
    ['a path that leaves it', [good, { name: '../evil', content: 'x' }], '".."'],
    ['an absolute path', [good, { name: '/etc/passwd', content: 'x' }], 'absolute'],
    ['such a path in a pax header', [good, pax({ path: '../evil' }), good], '".."'],
    ['a hard link', [good, { name: 'hard', type: '1', linkName: '/etc/passwd' }], 'a hard link'],
    ['a device', [good, { name: 'null', type: '3' }], 'a character device'],
    ['a path twice, with different content', [good, { name: 'main.tf', content: 'y' }], 'this path twice'],
  ])('with %s', async (_, entries, problem) => {
    await expect(extract(gzipSync(craftTar(entries)))).rejects.toThrow(problem);
    expect(isEmpty()).toBe(true);
  });

  it.each([
    ['absolute', '/etc'],
    ['relative', '../..'],
  ])('with an %s link out of it', async (_, linkName) => {
    const archive = craftTar([good, { name: 'out', type: '2', linkName }]);
    await expect(extract(archive)).rejects.toThrow('out of the archive');
    expect(isEmpty()).toBe(true);
  });

  it('with more than is allowed, by what its headers say', async () => {
    const bomb = gzipSync(craftTar([good, { name: 'zeros', content: Buffer.alloc(5_000_000) }]));
    await expect(extract(bomb, { maxBytes: 1_000_000 })).rejects.toThrow('more than the 1000000 that are allowed');
    await expect(extract(bomb, { maxEntries: 1 })).rejects.toThrow('more than the 1 entries');
    expect(isEmpty()).toBe(true);
  });
});

describe('a damaged archive', () => {
  const whole = craftTar([{ name: 'main.tf', content: 'x'.repeat(5_000) }]);
  const packed = gzipSync(whole);
  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'it is empty, 0 bytes long'],
    ['some text', Buffer.from('resource "aws_s3_bucket" {}'), 'neither a zip archive nor a tar archive'],
    ['a gzipped text', gzipSync('resource {}'), 'not a tar archive, or a damaged one'],
    ['a tar that is cut short', whole.subarray(0, 2_000), 'cut short'],
    ['a tar.gz that is cut short', packed.subarray(0, packed.length - 20), 'unexpected end of file'],
    ['a header with a wrong checksum', craftTar([{ name: 'a', checksum: 1 }]), 'checksum'],
    ['data behind its end', Buffer.concat([whole, Buffer.from('more')]), 'data behind its end'],
    ['a size that cannot be', craftTar([pax({ size: '-1' }), { name: 'a' }]), 'a size that cannot be'],
    [
      'a pax header that is none',
      craftTar([{ name: 'x', type: 'x', content: 'junk' }]),
      'an extended header is damaged',
    ],
  ])('of %s is refused', async (_, archive, problem) => {
    await expect(extract(archive)).rejects.toThrow(problem);
    expect(isEmpty()).toBe(true);
  });

  it('never ends the process, whatever its bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (position, byte) => {
        const broken = Buffer.from(whole);
        broken[position] = byte;
        await extract(broken).catch((error: unknown) => expect(error).toBeInstanceOf(UnfitError));
      }),
      { numRuns: 60 },
    );
  });
});
