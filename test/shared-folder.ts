import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A folder that all files of one run share; it goes with the run. */
    sharedFolder: string;
  }
}

/**
 * Makes the folder; the result removes it. What Node compiles is kept in it, so that a program that many tests start is
 * compiled once.
 */
export default function makeSharedFolder({ provide }: TestProject): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-run-'));
  provide('sharedFolder', folder);
  process.env.NODE_COMPILE_CACHE = path.join(folder, 'compiled');
  return () => rmSync(folder, { recursive: true, force: true });
}
