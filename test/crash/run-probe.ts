import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The sources of this repository. */
export const SOURCES = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs one of fixtures/probes.ts on the sources in a folder: what no death of a process comes to, since it takes a
 * moment between two calls, or what another version wrote.
 *
 * @returns what it found wrong
 */
export async function runProbe(name: string, folder: string): Promise<readonly string[]> {
  const probe = join(folder, 'test/crash/fixtures/probes.ts');
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--conditions=ringback-source', probe, name]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as readonly string[];
}
