import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Declare, synthesizeCrashStack } from './crash-stack.ts';
import { declarePipelines } from './pipeline-stack.ts';

/** A synthesized crash stack in a folder of its own. */
export interface CrashAssembly {
  readonly folder: string;
  remove(): void;
}

/** The handlers of this repository. */
export const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url));

/** Synthesizes the crash stack of one story, CodePipeline's by default, into a temporary folder. */
export function createCrashAssembly(fixtures: string = FIXTURES, declare: Declare = declarePipelines): CrashAssembly {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-crash-'));
  synthesizeCrashStack(fixtures, folder, declare);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
