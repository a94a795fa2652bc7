import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzCount } from '../crash/fuzz-settings.ts';
import { type CraftedEntry, craftTar, pax } from '../unit/archive/craft-tar.ts';
import { UnfitError, unpack } from '../unit/archive/unpack.ts';
import { craftZip } from '../unit/codepipeline/artifacts/craft-zip.ts';

/** Mutated archives: refused or unpacked, in bounds, and never anything outside of the folder. */

const MIB = 1024 * 1024;
const RUNS = fuzzCount(200);
const root = mkdtempSync(path.join(tmpdir(), 'fuzz-'));
let turn = 0;
beforeAll(() => mkdirSync(path.join(root, 'outside')));
afterAll(() => rmSync(root, { recursive: true }));

const LINK = 0o120777;
const zip = craftZip([
  { name: 'folder/' },
  { name: 'folder/Müller.txt', data: 'Grüße' },
  { name: 'a.txt', data: 'a'.repeat(500) },
  { name: 'link', data: 'folder/Müller.txt', mode: LINK },
]);
const entries: CraftedEntry[] = [
  { name: 'folder/', type: '5' },
  pax({ path: 'folder/Müller.txt', mtime: '1.5' }),
  { name: 'cut', content: 'Grüße' },
  { name: '././@LongLink', type: 'L', content: `${'long/'.repeat(30)}name\0` },
  { name: 'cut too', content: 'a'.repeat(500) },
  { name: 'link', type: '2', linkName: 'folder' },
  { name: 'hard', type: '1', linkName: 'folder/Müller.txt' },
];
const tar = craftTar(entries);

/** Unpacks in a folder of its own, and looks that nothing is written beside it. */
async function tryOut(content: Buffer): Promise<'refused' | 'unpacked'> {
  const beside = path.join(root, String(++turn));
  mkdirSync(beside);
  try {
    const options = { maxBytes: MIB, maxEntries: 1_000 };
    const { files, bytes } = await unpack(content, path.join(beside, 'inside'), options);
    expect(bytes).toBeLessThanOrEqual(MIB);
    expect(files).toBeLessThanOrEqual(1_000);
    return 'unpacked';
  } catch (error) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(UnfitError);
    return 'refused';
  } finally {
    expect(readdirSync(beside).filter((name) => name !== 'inside')).toEqual([]);
    expect(readdirSync(path.join(root, 'outside'))).toEqual([]);
    rmSync(beside, { recursive: true });
  }
}

type Mutation = readonly [kind: 'set' | 'cut' | 'insert' | 'repeat', at: number, value: number];
const MUTATIONS = fc.array(
  fc.tuple(
    fc.constantFrom('set', 'cut', 'insert', 'repeat' as const),
    fc.nat(100_000),
    fc.nat(255),
  ) as fc.Arbitrary<Mutation>,
  { minLength: 1, maxLength: 4 },
);

function mutated(content: Buffer, mutations: readonly Mutation[]): Buffer {
  let bytes = Buffer.from(content);
  for (const [kind, anywhere, value] of mutations) {
    const at = anywhere % (bytes.length + 1);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    if (kind === 'set') bytes = Buffer.concat([before, Buffer.from([value]), after.subarray(1)]);
    else if (kind === 'cut') bytes = Buffer.concat([before, after.subarray(value)]);
    else if (kind === 'insert') bytes = Buffer.concat([before, Buffer.alloc(value, value), after]);
    else bytes = Buffer.concat([bytes, before]);
  }
  return bytes;
}

/** Puts right the checksums of tar headers, so that mutations get past them. */
function withChecksums(content: Buffer): Buffer {
  const bytes = Buffer.from(content);
  for (let start = 0; start + 512 <= bytes.length; start += 512) {
    const block = bytes.subarray(start, start + 512);
    if (block.toString('latin1', 257, 262) !== 'ustar') continue;
    block.fill(' ', 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  }
  return bytes;
}

describe('a mutated archive is refused or unpacked, and writes nothing outside:', () => {
  it.each<[string, Buffer, (content: Buffer) => Buffer]>([
    ['zip', zip, (content) => content],
    ['tar', tar, (content) => content],
    ['tar with the right checksums', tar, withChecksums],
    ['tar.gz with the right checksums', tar, (content) => gzipSync(withChecksums(content))],
    ['gzip itself', gzipSync(tar), (content) => content],
  ])('%s', async (_, sound, repair) => {
    const met = new Set<string>();
    await fc.assert(
      fc.asyncProperty(MUTATIONS, async (mutations) => {
        met.add(await tryOut(repair(mutated(sound, mutations))));
      }),
      { numRuns: RUNS },
    );
    expect(met.has('refused')).toBe(true);
  });

  it.each([
    ['zip', zip],
    ['tar', tar.subarray(0, -512)],
    ['tar.gz', gzipSync(tar)],
  ])('%s, cut at any byte', async (_, sound) => {
    for (let length = 0; length < sound.length; length += length < 200 ? 1 : 7) {
      expect(await tryOut(sound.subarray(0, length)), `${length} bytes`).toBe('refused');
    }
  });
});

describe('an archive that is to exhaust memory or time is stopped:', () => {
  const headers = (count: number, type: string, bytes: number) =>
    Array.from({ length: count }, (): CraftedEntry => ({ name: 'x', type, content: Buffer.alloc(bytes, '1 ') }));

  it.each<[string, () => CraftedEntry[], string]>([
    [
      'names of one MB',
      () =>
        Array.from({ length: 40 }, (_, i): CraftedEntry[] => [
          { name: 'x', type: 'L', content: Buffer.alloc(1_000_000, `n${i}`) },
          { name: 'y' },
        ]).flat(),
      'more than the 4096 of any path',
    ],
    ['3,000 global headers', () => headers(3_000, 'g', 0), 'extended headers for 0 entries'],
    [
      'global headers of one MB',
      () => Array.from({ length: 60 }, () => ({ ...pax({ comment: 'x'.repeat(1_000_000) }), type: 'g' })),
      'extended headers hold',
    ],
    ['an extended header of 2 MB', () => headers(1, 'x', 2_000_000), 'an extended header has 2000000 bytes'],
    ['zeros', () => [{ name: 'zeros', content: Buffer.alloc(50 * MIB) }], 'more than the 1048576 that are allowed'],
  ])('%s', async (_, craft, reason) => {
    const packed = gzipSync(craftTar(craft()));
    await expect(unpack(packed, path.join(root, 'bomb'), { maxBytes: MIB })).rejects.toThrow(reason);
  });

  it('names of a zip archive that are too long for any path', async () => {
    const long = Array.from({ length: 1_100 }, (_, i) => ({ name: `${i}${'x'.repeat(65_000)}`, localName: 'x' }));
    await expect(unpack(craftZip(long), path.join(root, 'long'), { include: ['none'] })).rejects.toThrow(
      'its names take up more than',
    );
  });

  it('many deep folders that no entry has', async () => {
    const deep = Array.from({ length: 400 }, (_, i): CraftedEntry => ({ name: `${i}/${'d/'.repeat(1_900)}f` }));
    await expect(unpack(craftZip(deep), path.join(root, 'deep'), { maxEntries: 1_000 })).rejects.toThrow(
      'more than the 1000 entries',
    );
  });

  it('by the signal, between headers that never wait for anything', async () => {
    const stop = new AbortController();
    const many = craftTar(Array.from({ length: 20_000 }, (_, i): CraftedEntry => ({ name: `f${i}` })));
    const reason = new Error('the job is over');
    const timer = setTimeout(() => stop.abort(reason), 1);
    await expect(unpack(many, path.join(root, 'stopped'), {}, stop.signal)).rejects.toBe(reason);
    clearTimeout(timer);
    expect(() => readFileSync(path.join(root, 'stopped', 'f19999'))).toThrow('ENOENT');
  });
});
