import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArtifactCloud, createArtifactCloud } from './artifact-cloud.ts';
import { type CraftedEntry, craftZip } from './craft-zip.ts';

let cloud: ArtifactCloud;
let archives = 0;
beforeAll(async () => {
  cloud = await createArtifactCloud();
});
afterAll(() => cloud.close());

/** Puts an archive, and gives the artifact and a folder for it, inside one that nothing may be written to. */
async function archiveOf(content: readonly CraftedEntry[] | Buffer) {
  const key = `unsafe/${++archives}.zip`;
  cloud.put(key, Buffer.isBuffer(content) ? content : craftZip(content));
  const outside = path.join(cloud.folder, `outside-${archives}`);
  await mkdir(outside);
  return { input: cloud.input(key), outside, dir: path.join(outside, 'inside') };
}

const LINK = 0o120777;

describe('an archive is refused, and nothing of it is written,', () => {
  it.each<[string, CraftedEntry, string]>([
    ['a path that climbs', { name: '../evil' }, 'leaves the archive by ".."'],
    ['a path that climbs further on', { name: 'a/../../evil' }, 'leaves the archive by ".."'],
    ['an absolute path', { name: '/tmp/evil' }, 'absolute'],
    ['a drive', { name: 'C:/evil' }, 'absolute'],
    ['a Windows drive', { name: 'C:\\\\evil' }, 'absolute'],
    ['a backslash', { name: '..\\evil' }, 'backslash'],
    ['a NUL character', { name: 'evil\0.txt' }, 'NUL'],
    ['an empty path', { name: '' }, 'empty'],
    ['a path that stands there twice', { name: 'good', data: 'else' }, 'twice'],
    ['a path that stands there twice, otherwise spelled', { name: './good', data: 'else' }, 'twice'],
  ])('for %s', async (_, entry, reason) => {
    const { input, outside, dir } = await archiveOf([{ name: 'good', data: 'good' }, entry]);
    await expect(input.extractTo(dir)).rejects.toMatchObject({
      name: 'ArtifactError',
      artifact: 'Source',
      retryable: false,
      message: expect.stringContaining(reason),
    });
    expect(await readdir(outside)).toEqual([]);
  });

  it('for more entries or bytes than allowed', async () => {
    const { input, outside, dir } = await archiveOf([
      { name: 'a', data: 'aaaa' },
      { name: 'b', data: 'bbbb' },
    ]);
    await expect(input.extractTo(dir, { maxEntries: 1 })).rejects.toThrow('2 entries, more than the 1');
    await expect(input.extractTo(dir, { maxBytes: 7 })).rejects.toThrow('entry "b": up to here it unpacks to 8 bytes');
    expect(await readdir(outside)).toEqual([]);
    await expect(input.extractTo(dir, { maxEntries: 2, maxBytes: 8 })).resolves.toEqual({ files: 2, bytes: 8 });
  });

  it('for fewer entries than its directory holds', async () => {
    const { input, dir } = await archiveOf(craftZip([{ name: 'a' }, { name: 'b' }], 1));
    await expect(input.extractTo(dir)).rejects.toThrow('does not end after the 1 entries');
  });

  it.each([
    ['an empty object', Buffer.alloc(0), 'the object is empty'],
    ['a text', Buffer.from('Resources: {}\n'), 'not a zip archive'],
    ['a cut archive', craftZip([{ name: 'a', data: 'aaaa' }]).subarray(0, -5), 'not a zip archive'],
  ])('for %s', async (_, content, reason) => {
    const { input, dir } = await archiveOf(content);
    await expect(input.extractTo(dir)).rejects.toMatchObject({
      name: 'ArtifactError',
      message: expect.stringContaining(reason),
    });
    await expect(input.text('a')).rejects.toThrow(reason);
  });
});

describe('an entry is refused', () => {
  const packed = deflateRawSync(Buffer.alloc(100_000));
  it.each<[string, Partial<CraftedEntry>, string]>([
    ['that is encrypted', { flags: 1 }, 'encrypted'],
    ['of another compression', { method: 12 }, 'compression method 12 is not supported'],
    ['whose checksum differs', { crc: 1 }, 'checksum (CRC-32) does not match'],
    ['that unpacks to more than declared', { data: packed, method: 8, size: 9, crc: 0 }, 'more than the 9 bytes'],
    ['that unpacks to less than declared', { data: packed, method: 8, size: 200_000 }, '200000 are declared'],
    ['whose deflate stream is cut', { data: packed.subarray(0, 20), method: 8, size: 100_000 }, 'unexpected end'],
    ['whose deflate stream is garbage', { data: 'garbage!', method: 8, size: 10 }, 'invalid'],
    ['that two headers name differently', { localName: 'good' }, 'does not agree with the directory'],
    ['that two headers give other sizes', { local: { size: 3 } }, 'directory: the size differs'],
    ['that two headers give other packed sizes', { local: { compressedSize: 9 } }, 'directory: the size differs'],
    ['that two headers give another checksum', { local: { crc: 1 } }, 'directory: the checksum differs'],
    ['whose sizes one header leaves out', { local: { size: 0, compressedSize: 0 } }, 'directory: the size differs'],
    ['that one header calls encrypted', { local: { flags: 1 } }, 'directory: whether it is encrypted differs'],
    ['that two headers compress differently', { local: { method: 8 } }, 'directory: the compression method differs'],
    ['with another checksum before a descriptor', { local: { flags: 8, crc: 1 } }, 'the checksum differs'],
    ['that reaches beyond the object', { compressedSize: 9999, size: 9999 }, 'refers to bytes'],
  ])('%s, and names it', async (_, lie, reason) => {
    const { input, dir } = await archiveOf([
      { name: 'good', data: 'good' },
      { name: 'evil', data: 'evil', ...lie },
    ]);
    const expected = { name: 'ArtifactError', entry: 'evil', message: expect.stringContaining(reason) };
    await expect(input.bytes('evil')).rejects.toMatchObject(expected);
    await expect(input.extractTo(dir)).rejects.toMatchObject(expected);
    expect(await readdir(dir).catch(() => [])).not.toContain('evil');
    expect(await input.text('good')).toBe('good');
  });
});

it('an entry whose sizes follow its content is read, with zeros before it', async () => {
  const local = { flags: 8, crc: 0, size: 0, compressedSize: 0 };
  const { input } = await archiveOf([{ name: 'a', data: 'aaaa', local }]);
  expect(await input.text('a')).toBe('aaaa');
});

it.each([
  ['in order', false],
  ['the other way round', true],
])('entries that share bytes are refused, listed %s', async (_, isReversed) => {
  const inner = craftZip([{ name: 'inner', data: 'bee' }]);
  const whole = craftZip([
    { name: 'outer', data: inner },
    { name: 'inner', data: 'bee' },
  ]);
  // The directory's second entry leads to the header that is in the first one's content.
  whole.writeUInt32LE(whole.indexOf(inner), whole.lastIndexOf('PK\x01\x02') + 42);
  if (isReversed) reverseDirectory(whole);
  const { input, outside, dir } = await archiveOf(whole);
  await expect(input.extractTo(dir)).rejects.toThrow('two of its entries share bytes');
  expect(await readdir(outside)).toEqual([]);
});

/** Swaps the two entries of a directory, whose names are of one length. */
function reverseDirectory(archive: Buffer): void {
  const [second, end] = [archive.lastIndexOf('PK\x01\x02'), archive.lastIndexOf('PK\x05\x06')];
  const bytes = Buffer.from(archive.subarray(2 * second - end, end));
  archive.set(bytes.subarray(end - second), 2 * second - end);
  archive.set(bytes.subarray(0, end - second), second);
}

describe('a symbolic link', () => {
  it.each<[string, readonly CraftedEntry[], string]>([
    ['climbs out', [{ name: 'evil', data: '../secret', mode: LINK }], 'leads out of the archive'],
    ['is absolute', [{ name: 'evil', data: '/etc/passwd', mode: LINK }], 'leads out of the archive'],
    ['leads to nothing', [{ name: 'evil', data: 'missing', mode: LINK }], 'leads to nothing in the archive'],
    ['leads to itself', [{ name: 'evil', data: 'evil', mode: LINK }], 'leads to nothing in the archive'],
    [
      'climbs out by way of another link',
      [
        { name: 'd/l', data: '..', mode: LINK },
        { name: 'evil', data: 'd/l/../secret', mode: LINK },
      ],
      'leads',
    ],
  ])('that %s is refused', async (_, entries, reason) => {
    const { input, outside, dir } = await archiveOf(entries);
    await writeFile(path.join(outside, 'secret'), 'secret');
    await expect(input.extractTo(dir)).rejects.toMatchObject({
      entry: 'evil',
      message: expect.stringContaining(reason),
    });
    await expect(lstat(path.join(dir, 'evil'))).rejects.toThrow('ENOENT');
  });

  it('is not written through by a file below it', async () => {
    const { input, outside, dir } = await archiveOf([
      { name: 'way', data: '.', mode: LINK },
      { name: 'way/evil', data: 'evil' },
    ]);
    await expect(input.extractTo(dir)).rejects.toMatchObject({
      entry: 'way',
      message: expect.stringContaining('as a file or link and as a folder'),
    });
    expect(await readdir(outside)).toEqual([]);
  });

  it('that lies in the folder already is not written through', async () => {
    const { input, outside, dir } = await archiveOf([
      { name: 'file', data: 'new' },
      { name: 'way/file', data: 'new' },
    ]);
    const precious = path.join(outside, 'precious');
    await mkdir(dir);
    await mkdir(path.join(outside, 'elsewhere'));
    await writeFile(precious, 'precious');
    await symlink(precious, path.join(dir, 'file'));
    await symlink(path.join(outside, 'elsewhere'), path.join(dir, 'way'));
    await expect(input.extractTo(dir)).rejects.toMatchObject({ entry: 'way/file' });
    expect(await readFile(precious, 'utf8')).toBe('precious');
    expect(await readdir(path.join(outside, 'elsewhere'))).toEqual([]);
    expect(await readFile(path.join(dir, 'file'), 'utf8')).toBe('precious');
    await input.extractTo(dir, { include: ['/file'] });
    expect(await readFile(precious, 'utf8')).toBe('precious');
    expect(await readFile(path.join(dir, 'file'), 'utf8')).toBe('new');
  });
});
