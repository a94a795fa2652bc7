import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ArtifactCloud, createArtifactCloud } from './artifact-cloud.ts';
import { craftZip } from './craft-zip.ts';

const MIB = 1024 * 1024;
let cloud: ArtifactCloud;
beforeAll(async () => {
  cloud = await createArtifactCloud();
  await cloud.output('source.zip').writeFiles({
    'template.json': '\uFEFF{"Resources":{}}',
    'broken.json': '{"Password":"hunter2",}',
    'src/readme.md': 'Grüße',
    'logo.png': Buffer.from([0x89, 0x50, 0xff]),
  });
});
beforeEach(() => {
  cloud.requests.length = 0;
});
afterAll(() => cloud.close());

describe('an input artifact', () => {
  it('fetches nothing before it is asked to', () => {
    expect(cloud.input('source.zip')).toMatchObject({ name: 'Source', revision: 'r1', key: 'source.zip' });
    expect(cloud.requests).toEqual([]);
  });

  it('gives entries as text, JSON and bytes, all in one request where it is small', async () => {
    const input = cloud.input('source.zip');
    expect(await input.json('template.json')).toEqual({ Resources: {} });
    expect(await input.text('./src/readme.md')).toBe('Grüße');
    expect([...(await input.bytes('logo.png'))]).toEqual([0x89, 0x50, 0xff]);
    expect(cloud.requests).toEqual([{ method: 'GET', range: 'bytes=-1048576' }]);
  });

  it('tells of each entry its path, size, time and kind', async () => {
    const found = [];
    for await (const { path: name, size, compressedSize, modified, isDirectory } of cloud
      .input('source.zip')
      .entries()) {
      found.push({ name, size, packed: compressedSize > 0, modified: modified.toISOString(), isDirectory });
    }
    const common = { packed: true, modified: '1980-01-01T00:00:00.000Z', isDirectory: false };
    expect(found).toEqual([
      { name: 'broken.json', size: 23, ...common },
      { name: 'logo.png', size: 3, ...common },
      { name: 'src/readme.md', size: 7, ...common },
      { name: 'template.json', size: 19, ...common },
    ]);
  });

  it('says what is there when an entry is missing', async () => {
    await expect(cloud.input('source.zip').text('src/README.md')).rejects.toMatchObject({
      name: 'ArtifactError',
      artifact: 'Source',
      entry: 'src/README.md',
      message:
        'input artifact "Source" (s3://pipeline-artifacts/source.zip), entry "src/README.md": there is no such entry; ' +
        'it has "broken.json", "logo.png", "src/readme.md", "template.json"',
    });
  });

  it('lists no more than ten of many entries', async () => {
    await cloud.output('many.zip').writeFiles(Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`f${i}`, ''])));
    await expect(cloud.input('many.zip').text('g')).rejects.toThrow(/it has ("f\d+"(, )?){10} and 15 more$/);
  });

  it('does not quote the content of JSON that it cannot read', async () => {
    const error = await cloud
      .input('source.zip')
      .json('broken.json')
      .catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message).toContain(
      'entry "broken.json": the content is not valid JSON at line 1, column 23',
    );
    expect(`${error} ${JSON.stringify(error)} ${(error as Error).cause}`).not.toContain('hunter2');
  });

  it('refuses bytes as text, folders as files, and entries larger than memory may hold', async () => {
    const input = cloud.input('source.zip');
    await expect(input.text('logo.png')).rejects.toThrow('not UTF-8 text; read it with bytes()');
    await expect(input.bytes('logo.png', { maxBytes: 2 })).rejects.toThrow('it has 3 bytes, more than the 2');
    cloud.put('folder.zip', craftZip([{ name: 'folder/' }]));
    await expect(cloud.input('folder.zip').text('folder')).rejects.toThrow('is a folder');
  });

  it('reads names and times of archives that other tools make', async () => {
    cloud.put('dotted.zip', craftZip([{ name: './' }, { name: './a/' }, { name: './a//b', data: 'B' }]));
    const input = cloud.input('dotted.zip');
    expect(await input.text('a/b')).toBe('B');
    await expect(input.extractTo(path.join(cloud.folder, 'dotted'))).resolves.toEqual({ files: 1, bytes: 1 });
  });

  it('notices an object that is replaced while it is read', async () => {
    const large = { 'a.bin': randomBytes(3 * MIB), 'b.txt': 'b' };
    await cloud.output('moving.zip').writeFiles(large);
    const input = cloud.input('moving.zip');
    expect(await input.text('b.txt')).toBe('b');
    await cloud.output('moving.zip').writeFiles({ ...large, 'b.txt': 'c' });
    await expect(input.bytes('a.bin')).rejects.toMatchObject({
      name: 'ArtifactError',
      entry: 'a.bin',
      message: expect.stringContaining('the object was replaced while it was read'),
    });
  });

  it('fetches of a large archive only what is read', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`${String(i).padStart(2, '0')}.bin`, randomBytes(MIB)]),
    );
    await cloud.output('large.zip').writeFiles({ ...files, 'zz.bin': randomBytes(6 * MIB) });
    cloud.requests.length = 0;
    const input = cloud.input('large.zip');
    expect((await input.bytes('03.bin')).equals(files['03.bin'] as Buffer)).toBe(true);
    const bytes = cloud.requests.slice(1).reduce((sum, { range }) => {
      const [from = 0, to = 0] = range?.slice(6).split('-').map(Number) ?? [];
      return sum + to - from + 1;
    }, 0);
    // The beginning, which tells whether it is a zip archive at all, and what the entry lies in.
    expect(bytes).toBeLessThanOrEqual(4 * MIB);
  });

  it('reads ahead when it is unpacked', async () => {
    cloud.requests.length = 0;
    await cloud.input('large.zip').extractTo(path.join(cloud.folder, 'large'));
    expect(cloud.requests.length).toBeLessThanOrEqual(12);
  });

  it('stops when its signal ends it, with the signal’s reason', async () => {
    const stop = new AbortController();
    const reason = new Error('the job is over');
    const input = cloud.input('large.zip', { signal: stop.signal });
    await expect(
      (async () => {
        for await (const entry of input.entries()) {
          stop.abort(reason);
          await entry.bytes();
        }
      })(),
    ).rejects.toBe(reason);
  });
});

describe('an artifact that cannot be reached', () => {
  it('is said to be missing', async () => {
    const expected = { name: 'ArtifactError', retryable: false, message: expect.stringContaining('no such object') };
    await expect(cloud.input('none.zip').text('a')).rejects.toMatchObject(expected);
    await expect(cloud.input('none.zip').stream()).rejects.toMatchObject(expected);
  });

  it('names the permissions that reading needs', async () => {
    const credentials = await cloud.credentialsOf(['s3:PutObject']);
    await expect(cloud.input('source.zip', { credentials }).text('a')).rejects.toMatchObject({
      artifact: 'Source',
      message: expect.stringMatching(/AccessDenied: .*that role needs s3:GetObject .*kms:Decrypt/),
    });
  });

  it('names the permissions that writing needs', async () => {
    const credentials = await cloud.credentialsOf(['s3:GetObject']);
    await expect(cloud.output('x.zip', { credentials }).writeFiles({ a: 'A' })).rejects.toMatchObject({
      artifact: 'Built',
      message: expect.stringMatching(/AccessDenied: .*that role needs s3:PutObject .*kms:GenerateDataKey/),
    });
  });

  it('is read and written with just these permissions', async () => {
    const credentials = await cloud.credentialsOf([
      's3:GetObject',
      's3:PutObject',
      'kms:Decrypt',
      'kms:GenerateDataKey',
    ]);
    await cloud.output('least.zip', { credentials }).writeFiles({ a: 'A' });
    expect(await cloud.input('least.zip', { credentials }).text('a')).toBe('A');
  });
});

describe('an archive of the 64-bit form', () => {
  it('may have more than 65,535 entries', async () => {
    const count = 66_000;
    const plain = craftZip(
      Array.from({ length: count }, (_, i) => ({ name: `f${i}`, data: String(i) })),
      0xffff,
    );
    const end = plain.subarray(-22);
    const [size, offset] = [end.readUInt32LE(12), end.readUInt32LE(16)];
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x06064b50, 0);
    record.writeBigUInt64LE(44n, 4);
    record.writeBigUInt64LE(BigInt(count), 24);
    record.writeBigUInt64LE(BigInt(count), 32);
    record.writeBigUInt64LE(BigInt(size), 40);
    record.writeBigUInt64LE(BigInt(offset), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(BigInt(offset + size), 8);
    locator.writeUInt32LE(1, 16);
    cloud.put('many64.zip', Buffer.concat([plain.subarray(0, -22), record, locator, end]));
    const input = cloud.input('many64.zip');
    expect(await input.text('f65999')).toBe('65999');
    expect(crc32(await input.bytes('f7'))).toBe(crc32('7'));
    await expect(input.extractTo(path.join(cloud.folder, 'many'), { maxEntries: 65_999 })).rejects.toThrow(
      '66000 entries',
    );
  });
});
