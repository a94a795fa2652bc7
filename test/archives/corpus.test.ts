import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpack } from '../unit/archive/unpack.ts';
import { type ArtifactCloud, createArtifactCloud } from '../unit/codepipeline/artifacts/artifact-cloud.ts';
import { listTree, makeTree } from './sample-tree.ts';
import { WRITERS } from './writers.ts';

/** Archives as the programs write them that people use. Those that are not installed are skipped, by name. */

const root = mkdtempSync(path.join(tmpdir(), 'corpus-'));
let cloud: ArtifactCloud;
beforeAll(async () => {
  cloud = await createArtifactCloud();
});
afterAll(async () => {
  await cloud.close();
  rmSync(root, { recursive: true });
});

const isInstalled = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

describe('a folder comes back as it was, packed by', () => {
  for (const [index, writer] of WRITERS.entries()) {
    const isMissing = writer.program !== undefined && !isInstalled(writer.program);
    const condition = writer.program === undefined ? '' : ` (runs where ${writer.program} is installed)`;
    it.skipIf(isMissing)(`${writer.name}${condition}`, async () => {
      const folder = path.join(root, String(index));
      const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')];
      mkdirSync(from, { recursive: true });
      makeTree(from, writer.loses);
      const archive = await writer.write(from, path.join(folder, 'archive.out'));

      await unpack(archive, to);
      expect(listTree(to)).toEqual(listTree(from));

      cloud.put('corpus', archive);
      const artifact = cloud.input('corpus');
      expect(await artifact.text('Müller.txt')).toBe('Grüße');
      expect(await artifact.text('日本語/ファイル.txt')).toBe('こんにちは');
      if (!writer.loses.includes('links')) {
        expect(await artifact.text('link.txt')).toBe('Grüße');
        expect(await artifact.text('linked/ファイル.txt')).toBe('こんにちは');
        expect(await artifact.text('linked/back')).toBe('Grüße');
      }
    });
  }

  it('Ringback itself', async () => {
    const [from, to] = [path.join(root, 'own/from'), path.join(root, 'own/to')];
    mkdirSync(from, { recursive: true });
    makeTree(from);
    await cloud.output('own.zip').writeFolder(from);
    await cloud.input('own.zip').extractTo(to);
    expect(listTree(to)).toEqual(listTree(from));
  });
});
