import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { appendFile, lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { membersOf } from '../../../../lib/codepipeline/artifacts/folder-members.ts';
import { type ArtifactCloud, createArtifactCloud } from './artifact-cloud.ts';

let cloud: ArtifactCloud;
beforeAll(async () => {
  cloud = await createArtifactCloud();
});
afterAll(() => cloud.close());

const SEGMENT = fc
  .stringMatching(/^[^/\\:]{1,12}$/u)
  .filter((name) => !name.includes('\0') && name !== '.' && name !== '..' && !name.startsWith('\uFEFF'))
  .filter((name) => name.isWellFormed());
const CONTENT = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 200_000 })).map(([byte, size]) => new Uint8Array(size).fill(byte)),
);
const FILES = fc
  .uniqueArray(fc.tuple(fc.array(SEGMENT, { minLength: 1, maxLength: 3 }), CONTENT), {
    maxLength: 8,
    // Folding the paths keeps sets apart that only some file systems can hold.
    selector: ([segments]) => segments.join('/').normalize('NFC').toLowerCase(),
  })
  .map((files) => files.map(([segments, content]) => [segments.join('/'), content] as const))
  .filter((files) => !files.some(([a]) => files.some(([b]) => b.startsWith(`${a}/`))));

describe('artifacts written by writeFiles', () => {
  it('come back byte for byte, by entries and by extractTo', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(FILES, async (files) => {
        const key = `round-trip/${++run}.zip`;
        const written = await cloud
          .output(key)
          .writeFiles(
            Object.fromEntries(files.map(([name, bytes], i) => [name, i % 2 ? Readable.from([bytes]) : bytes])),
          );
        expect(written.files).toBe(files.length);

        const input = cloud.input(key);
        const read: (readonly [string, Uint8Array])[] = [];
        for await (const entry of input.entries()) read.push([entry.path, new Uint8Array(await entry.bytes())]);
        const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(read).toEqual(sorted);

        const dir = path.join(cloud.folder, `out-${run}`);
        const size = files.reduce((sum, [, bytes]) => sum + bytes.length, 0);
        expect(await input.extractTo(dir)).toEqual({ files: files.length, bytes: size });
        for (const [name, bytes] of files) {
          expect(new Uint8Array(await readFile(path.join(dir, ...name.split('/'))))).toEqual(bytes);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are the same object whatever the order of the files', async () => {
    const one = await cloud.output('order/1').writeFiles({ b: 'B', a: 'A' });
    const two = await cloud.output('order/2').writeFiles({ a: Buffer.from('A'), b: Readable.from(['B']) });
    expect(two.sha256).toBe(one.sha256);
    expect(two.bytes).toBe((await cloud.content('order/2')).length);
  });

  it('hold what a file on disk holds, with its executable bit', async () => {
    const file = path.join(cloud.folder, 'run.sh');
    await writeFile(file, '#!/bin/sh\n', { mode: 0o755 });
    await cloud.output('file.zip').writeFiles({ 'bin/run': { file } });
    const dir = path.join(cloud.folder, 'from-file');
    await cloud.input('file.zip').extractTo(dir);
    expect((await lstat(path.join(dir, 'bin/run'))).mode & 0o111).toBe(0o111);
  });

  it('are encrypted with the key of the pipeline, or with that of AWS', async () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/1';
    await cloud.output('own-key.zip', { encryptionKeyId: key }).writeFiles({ a: 'A' });
    await cloud.output('aws-key.zip').writeFiles({ a: 'A' });
    expect(cloud.stored('own-key.zip')).toMatchObject({ serverSideEncryption: 'aws:kms', kmsKeyId: key });
    expect(cloud.stored('aws-key.zip')).toMatchObject({ serverSideEncryption: 'aws:kms' });
  });

  it.each([
    ['../a', 'leaves the archive'],
    ['/a', 'absolute'],
    ['c:/a', 'absolute'],
    ['a\\b', 'backslash'],
    ['a\0b', 'NUL'],
    ['', 'empty'],
    ['a//b', 'write the path as "a/b"'],
    ['a/', 'write the path as "a"'],
  ])('refuse the path %j', async (name, reason) => {
    await expect(cloud.output('bad.zip').writeFiles({ [name]: 'x' })).rejects.toMatchObject({
      name: 'ArtifactError',
      code: 'ARTIFACT',
      artifact: 'Built',
      entry: name,
      message: expect.stringContaining(reason),
    });
  });

  it('are not written at all when one content fails', async () => {
    const failing = Readable.from(
      (async function* () {
        yield Buffer.alloc(100_000, 1);
        throw new Error('the disk is gone');
      })(),
    );
    const waiting = new Readable({ read() {} });
    await expect(cloud.output('failed.zip').writeFiles({ a: failing, b: waiting })).rejects.toThrow('the disk is gone');
    expect(waiting.destroyed).toBe(true);
    expect(() => cloud.stored('failed.zip')).toThrow('The specified key does not exist');
  });

  it('refuse a path that is a file and a folder at once', async () => {
    await expect(cloud.output('both.zip').writeFiles({ a: '1', 'a/b': '2' })).rejects.toThrow(
      '"a" is given as a file and as a folder',
    );
  });
});

describe('artifacts written by writeFolder', () => {
  it('keep links, executable bits and empty folders, and leave out what is excluded', async () => {
    const from = path.join(cloud.folder, 'folder');
    await mkdir(path.join(from, 'src/deep'), { recursive: true });
    await mkdir(path.join(from, 'empty'));
    await mkdir(path.join(from, 'src/node_modules/x'), { recursive: true });
    await writeFile(path.join(from, 'src/deep/run'), 'run', { mode: 0o755 });
    await writeFile(path.join(from, 'src/a.js'), 'a');
    await writeFile(path.join(from, 'src/a.js.map'), 'map');
    await writeFile(path.join(from, 'src/node_modules/x/i.js'), 'x');
    await symlink('deep/run', path.join(from, 'src/link'));
    await symlink(path.join(from, 'src'), path.join(from, 'absolute'));
    const written = await cloud.output('folder.zip').writeFolder(from, { exclude: ['node_modules', '*.map'] });
    expect(written.files).toBe(4);

    const to = path.join(cloud.folder, 'unfolded');
    const paths: string[] = [];
    for await (const entry of cloud.input('folder.zip').entries()) paths.push(entry.path);
    expect(paths).toEqual(['absolute', 'empty', 'src/a.js', 'src/deep/run', 'src/link']);
    await cloud.input('folder.zip').extractTo(to);
    expect(await readFile(path.join(to, 'src/link'), 'utf8')).toBe('run');
    expect(await readlink(path.join(to, 'absolute'))).toBe('src');
    expect((await lstat(path.join(to, 'src/deep/run'))).mode & 0o111).toBe(0o111);
    expect((await lstat(path.join(to, 'src/a.js'))).mode & 0o111).toBe(0);
    expect((await lstat(path.join(to, 'empty'))).isDirectory()).toBe(true);

    const again = await cloud.output('folder-again.zip').writeFolder(to);
    expect(again.sha256).toBe(written.sha256);
  });

  it.each([
    ['out', '../secret', 'leads out of the folder'],
    ['nowhere', 'missing', 'leads to nothing'],
  ])('refuse a link that leads %s', async (name, target, reason) => {
    const from = path.join(cloud.folder, `links-${name}`);
    await mkdir(from);
    await writeFile(path.join(cloud.folder, 'secret'), 'secret');
    await symlink(target, path.join(from, 'link'));
    await expect(cloud.output('links.zip').writeFolder(from)).rejects.toThrow(reason);
  });

  it('give the same names back, also those that other programs take for paths', async () => {
    const from = path.join(cloud.folder, 'odd-names');
    const names = [
      'a:b.txt',
      'dev-disk-by\\x2duuid.mount',
      'Müller.txt',
      'Mu\u0308ller.txt',
      ' space ',
      '-dash',
      'C:x',
    ];
    await mkdir(from);
    for (const name of names) await writeFile(path.join(from, name), name);
    await cloud.output('odd.zip').writeFolder(from);
    const to = path.join(cloud.folder, 'odd-names-back');
    await cloud.input('odd.zip').extractTo(to);
    for (const name of names) expect(await readFile(path.join(to, name), 'utf8')).toBe(name);
  });

  it('refuse a name that is not UTF-8, and one that would lead out', async () => {
    const from = path.join(cloud.folder, 'bad-names');
    await mkdir(from);
    await writeFile(Buffer.concat([Buffer.from(`${from}/caf`), Buffer.from([0xe9])]), '');
    await expect(cloud.output('bad.zip').writeFolder(from)).rejects.toThrow('the name is not UTF-8; exclude it');
    await writeFile(path.join(from, '..\\evil'), '');
    await expect(cloud.output('bad.zip').writeFolder(from, { exclude: ['caf*'] })).rejects.toThrow(
      'the path holds a backslash, and leads out of the archive',
    );
  });

  it('hold a link that comes back into the folder by the name of the folder', async () => {
    const from = path.join(cloud.folder, 'by-its-name');
    await mkdir(path.join(from, 'sub'), { recursive: true });
    await writeFile(path.join(from, 'target'), 'found');
    await symlink('../by-its-name/target', path.join(from, 'link'));
    await symlink('../../by-its-name/target', path.join(from, 'sub/link'));
    await cloud.output('by-its-name.zip').writeFolder(from);
    const to = path.join(cloud.folder, 'by-another-name');
    await cloud.input('by-its-name.zip').extractTo(to);
    expect(await readlink(path.join(to, 'link'))).toBe('target');
    expect(await readlink(path.join(to, 'sub/link'))).toBe('../target');
  });

  it.each<[what: string, replace: (from: string) => void, message: string]>([
    ['was removed', (from) => rmSync(path.join(from, 'a/file')), 'ENOENT'],
    [
      'became a pipe, without waiting for a writer',
      (from) => {
        rmSync(path.join(from, 'a/file'));
        execFileSync('mkfifo', [path.join(from, 'a/file')]);
      },
      'was replaced while the archive was written',
    ],
    [
      'became a link',
      (from) => {
        rmSync(path.join(from, 'a/file'));
        symlinkSync('../../secret', path.join(from, 'a/file'));
      },
      'was replaced while the archive was written',
    ],
    [
      'lies in a folder that became a link to another',
      (from) => {
        rmSync(path.join(from, 'a'), { recursive: true });
        symlinkSync('../elsewhere', path.join(from, 'a'));
      },
      'was replaced while the archive was written',
    ],
  ])('refuse a file that %s after it was listed', async (what, replace, message) => {
    const from = path.join(cloud.folder, `replaced-${what.length}`);
    await mkdir(path.join(from, 'a'), { recursive: true });
    await mkdir(path.join(cloud.folder, 'elsewhere'), { recursive: true });
    await writeFile(path.join(cloud.folder, 'elsewhere/file'), 'secret');
    await writeFile(path.join(cloud.folder, 'secret'), 'secret');
    await writeFile(path.join(from, 'a/file'), 'content');
    await mkdir(path.join(from, 'z'));
    await writeFile(path.join(from, 'z/last'), '');
    const exclude = (entry: string) => {
      if (entry === 'z/last') replace(from);
      return false;
    };
    await expect(cloud.output('replaced.zip').writeFolder(from, { exclude })).rejects.toMatchObject({
      name: 'ArtifactError',
      message: expect.stringContaining(message),
    });
    expect(() => cloud.stored('replaced.zip')).toThrow('The specified key does not exist');
  });

  it('refuse a file that changes while it is read', async () => {
    const from = path.join(cloud.folder, 'changing');
    await mkdir(from);
    const file = path.join(from, 'log');
    await writeFile(file, Buffer.alloc(1_000_000));
    const [member] = await membersOf(from, () => false, 'fixed');
    const content = await member?.open();
    const chunks = content?.[Symbol.asyncIterator]();
    await chunks?.next();
    await appendFile(file, 'one more\n');
    await expect(async () => {
      while ((await chunks?.next())?.done === false);
    }).rejects.toThrow(`${file} was changed while the archive was written`);
  });

  it.each([
    [{ exclude: async () => false }, 'must answer true or false at once, but gave an object or promise'],
    [{ exclude: 'node_modules' }, 'exclude must be an array of patterns or a function'],
    [{ exlude: [] }, 'writeFolder has no option "exlude"; it has exclude, timestamps'],
    [null, 'the options of writeFolder are an object, but got null'],
    [{ timestamps: 'file' }, 'timestamps must be "fixed" or "files", but is "file"'],
  ])('refuse the options %j of somebody without types', async (options, message) => {
    const from = path.join(cloud.folder, 'without-types');
    await mkdir(from, { recursive: true });
    await writeFile(path.join(from, 'a'), '');
    await expect(cloud.output('untyped.zip').writeFolder(from, options as never)).rejects.toThrow(message);
    expect(() => cloud.stored('untyped.zip')).toThrow('The specified key does not exist');
  });

  it.each([
    [{ contentTyp: 'text/csv' }, 'writeStream has no option "contentTyp"; it has contentType'],
    [{ contentType: 5 }, 'contentType of writeStream must be a text, not empty, but is the number 5'],
  ])('refuse the options %j of a stream', async (options, message) => {
    const writing = cloud.output('untyped.csv').writeStream(Readable.from(['a']), options as never);
    await expect(writing).rejects.toThrow(message);
    expect(() => cloud.stored('untyped.csv')).toThrow('The specified key does not exist');
  });

  it('refuse a link to what is excluded', async () => {
    const from = path.join(cloud.folder, 'link-to-excluded');
    await mkdir(path.join(from, 'node_modules'), { recursive: true });
    await writeFile(path.join(from, 'node_modules/tool'), '');
    await symlink('node_modules/tool', path.join(from, 'tool'));
    await expect(cloud.output('x.zip').writeFolder(from, { exclude: ['node_modules'] })).rejects.toThrow(
      'the symbolic link "tool" leads to what is excluded; exclude it, too',
    );
  });

  it('refuse a folder that is not there', async () => {
    await expect(cloud.output('x').writeFolder(path.join(cloud.folder, 'none'))).rejects.toMatchObject({
      name: 'ArtifactError',
      message: expect.stringContaining('ENOENT'),
    });
  });
});

describe('an artifact written by writeStream', () => {
  it('is stored as it is, in parts when it is large', async () => {
    const part = Buffer.alloc(1_000_000, 'x');
    const written = await cloud.output('plain.tar').writeStream(
      Readable.from(
        (function* () {
          for (let i = 0; i < 20; i++) yield part;
        })(),
      ),
      { contentType: 'application/x-tar' },
    );
    expect(written).toMatchObject({ bytes: 20_000_000, files: 1, eTag: expect.stringMatching(/-3"$/) });
    const chunks: Buffer[] = [];
    for await (const chunk of await cloud.input('plain.tar').stream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(Buffer.alloc(20_000_000, 'x'))).toBe(true);
  });

  it('keeps memory flat however long it is', async () => {
    const MIB = 1024 * 1024;
    let peak = 0;
    async function* long() {
      for (let i = 0; i < 256; i++) {
        yield Buffer.alloc(MIB, i);
        peak = Math.max(peak, process.memoryUsage().arrayBuffers);
      }
    }
    const before = process.memoryUsage().arrayBuffers;
    await cloud.output('long.bin').writeStream(long());
    expect((peak - before) / MIB).toBeLessThan(180);
  });

  it('ends with the job, also while its source is silent, and is not written', async () => {
    const stop = new AbortController();
    const reason = new Error('the job is over');
    const silent = new Readable({ read: () => stop.abort(reason) });
    await expect(cloud.output('silent', { signal: stop.signal }).writeStream(silent)).rejects.toBe(reason);
    expect(() => cloud.stored('silent')).toThrow('The specified key does not exist');
  });

  it('refuses what is neither bytes nor text', async () => {
    const numbers = Readable.from([1, 2]) as AsyncIterable<Uint8Array>;
    await expect(cloud.output('numbers').writeStream(numbers)).rejects.toMatchObject({
      name: 'ArtifactError',
      message: expect.stringContaining('must give bytes or text, but gave number'),
    });
  });
});
