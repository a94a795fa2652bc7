import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CrashAssembly, createCrashAssembly } from './assembly.ts';
import type { Declare } from './crash-stack.ts';

/** One change of one source file. */
export interface Mutation {
  /** From the root of the repository. */
  readonly file: string;
  /** Must stand in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Synthesizes the crash stack of one story from a copy of the sources in which something was broken.
 *
 * @throws Error when the text to replace is not there: the sabotage has to follow the source
 */
export function createMutant({ file, from, to }: Mutation, declare: Declare): CrashAssembly {
  const copy = mkdtempSync(join(tmpdir(), 'ringback-mutant-'));
  try {
    for (const name of ['package.json', 'lib', 'test/crash/fixtures']) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const source = readFileSync(join(copy, file), 'utf8');
    const found = source.split(from).length - 1;
    if (found !== 1) throw new Error(`${file} holds the text to sabotage ${found} times, not once: ${from}`);
    writeFileSync(
      join(copy, file),
      source.replace(from, () => to),
    );
    return createCrashAssembly(join(copy, 'test/crash/fixtures'), declare);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
