import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ArtifactError } from '../../../../lib/codepipeline/artifacts/index.ts';
import { type ArtifactCloud, createArtifactCloud } from './artifact-cloud.ts';

const FILES: Readonly<Record<string, string>> = {
  'src/index.ts': 'export const answer = 42;\n'.repeat(9),
  'ünï/cödé.txt': 'Grüße',
  empty: '',
  'template.json': '{"Resources":{}}',
};

let cloud: ArtifactCloud;
let sound: Buffer;
let runs = 0;
beforeAll(async () => {
  cloud = await createArtifactCloud();
  await cloud.output('sound.zip').writeFiles(FILES);
  sound = await cloud.content('sound.zip');
});
afterAll(() => cloud.close());

/** Unpacks what may be damaged: it either fails as it should, or gives all files as they were. */
async function expectRefusedOrEqual(content: Buffer): Promise<'refused' | 'equal'> {
  cloud.put('damaged.zip', content);
  const outside = path.join(cloud.folder, `outside-${++runs}`);
  const dir = path.join(outside, 'inside');
  await mkdir(outside);
  try {
    await cloud.input('damaged.zip').extractTo(dir);
  } catch (error) {
    expect(error).toBeInstanceOf(ArtifactError);
    expect((await readdir(outside)).filter((name) => name !== 'inside')).toEqual([]);
    return 'refused';
  }
  expect(await readdir(outside)).toEqual(['inside']);
  const found = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((item) => !item.isDirectory());
  expect(found.map((item) => path.relative(dir, path.join(item.parentPath, item.name))).sort()).toEqual(
    Object.keys(FILES).sort(),
  );
  for (const [name, text] of Object.entries(FILES)) expect(await readFile(path.join(dir, name), 'utf8')).toBe(text);
  return 'equal';
}

it('an archive cut at any place is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(sound.length - 1), async (length) => {
      expect(await expectRefusedOrEqual(sound.subarray(0, length))).toBe('refused');
    }),
    { numRuns: 100 },
  );
});

it('an archive with any one byte changed is refused or gives the same files', async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 }), async (position, mask) => {
      const damaged = Buffer.from(sound);
      damaged[position] = (damaged[position] ?? 0) ^ mask;
      met.add(await expectRefusedOrEqual(damaged));
    }),
    { numRuns: 250 },
  );
  expect([...met].sort()).toEqual(['equal', 'refused']);
});

it('any bytes in place of the directory are refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, withEnd) => {
      const content = Buffer.concat([sound.subarray(0, 300), bytes, withEnd ? sound.subarray(-22) : Buffer.alloc(0)]);
      expect(await expectRefusedOrEqual(content)).toBe('refused');
    }),
    { numRuns: 60 },
  );
});
