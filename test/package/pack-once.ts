import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inject, vi } from 'vitest';
import { type PackedPackage, packPackage } from './packed-package.ts';

/** What building and packing came to. */
type Result = PackedPackage & { readonly problem?: string };

/** How long whoever was not first waits for the tarball, in milliseconds. */
const LIMIT = { timeout: 170_000, interval: 200 };

/**
 * The package, built and packed once for all files of a run: the first that needs it does it, in the folder that they
 * share, and the others wait for it.
 *
 * @throws Error when it could not be built or packed
 */
export async function packOnce(): Promise<PackedPackage> {
  const folder = path.join(inject('sharedFolder'), 'package');
  const result = path.join(folder, 'result.json');
  if (isFirst(folder)) {
    writeFileSync(`${result}.part`, JSON.stringify(packIn(folder)));
    renameSync(`${result}.part`, result);
  }
  const { problem, ...packed } = await vi.waitFor(() => JSON.parse(readFileSync(result, 'utf8')) as Result, LIMIT);
  if (problem !== undefined) throw new Error(`the package could not be packed: ${problem}`);
  return packed;
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function packIn(folder: string): Result {
  try {
    return packPackage(folder);
  } catch (error) {
    return { tarball: '', files: [], problem: (error as Error).message };
  }
}
