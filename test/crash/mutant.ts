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

/** A copy of the sources in which something is broken. */
export interface MutantSources {
  readonly folder: string;
  remove(): void;
}

/**
 * Copies the sources and breaks something in them.
 *
 * @throws Error when the text to replace is not there: the sabotage has to follow the source
 */
export function copyMutant({ file, from, to }: Mutation): MutantSources {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-mutant-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    for (const name of ['package.json', 'lib', 'test/crash/fixtures']) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const source = readFileSync(join(folder, file), 'utf8');
    const found = source.split(from).length - 1;
    if (found !== 1) throw new Error(`${file} holds the text to sabotage ${found} times, not once: ${from}`);
    const broken = source.replace(from, () => to);
    writeFileSync(join(folder, file), broken);
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Synthesizes the crash stack of one story from a copy of the sources in which something was broken. */
export function createMutant(mutation: Mutation, declare: Declare): CrashAssembly {
  const { folder, remove } = copyMutant(mutation);
  try {
    return createCrashAssembly(join(folder, 'test/crash/fixtures'), declare);
  } finally {
    remove();
  }
}
