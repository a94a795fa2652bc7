import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Kernel } from '../../kernel/kernel.ts';
import { unzip } from '../../kernel/unzip.ts';
import type { ActionRun } from '../action-provider.ts';
import { runShell } from './run-shell.ts';
import { archiveOf } from './stub-archive.ts';
import { readVariables } from './variables-file.ts';

/** What a command is run with. */
export interface CommandRun {
  readonly command: string;
  readonly run: ActionRun;
  /** The input artifacts as archives; the first becomes the working directory. */
  readonly inputs: readonly { readonly name: string; readonly archive: Buffer }[];
}

/** What came of a command: a problem, or what it left behind. */
export type CommandEnding =
  | { readonly problem: string }
  | { readonly problem?: never; readonly archive: Buffer; readonly variables: Readonly<Record<string, string>> };

/** Runs a command in a folder of its own that holds the first input artifact. Time passes at its real rate meanwhile. */
export async function runCommand(kernel: Kernel, { command, run, inputs }: CommandRun): Promise<CommandEnding> {
  const home = await mkdtemp(path.join(kernel.dataDir, 'stub-'));
  const release = kernel.clock.hold();
  try {
    const folders = inputs.map((_, index) => path.join(home, String(index)));
    for (const [index, { name, archive }] of inputs.entries()) {
      const problem = await unzip(archive, folders[index] ?? home).catch((error: Error) => error.message);
      if (problem) return { problem: `artifact ${name} cannot be unpacked for the command: ${problem}` };
    }
    const cwd = folders[0] ?? (await mkdtemp(path.join(home, 'empty-')));
    const variablesFile = path.join(home, 'output-variables');
    const secondary = inputs.slice(1).map(({ name }, index) => [`CODEBUILD_SRC_DIR_${name}`, folders[index + 1]]);
    const { code, lines } = await runShell(command, {
      cwd,
      signal: run.signal,
      variables: {
        ...ownVariables(),
        ...Object.fromEntries(secondary),
        ...environmentVariables(run.configuration.EnvironmentVariables),
        CODEBUILD_SRC_DIR: cwd,
        RINGBACK_OUTPUT_VARIABLES: variablesFile,
        // A command that calls AWS meets the local cloud, never the account of whoever started it.
        AWS_ENDPOINT_URL: kernel.endpoint(),
        AWS_REGION: kernel.region,
        AWS_DEFAULT_REGION: kernel.region,
        AWS_ACCESS_KEY_ID: 'AKIALOCALSTUB000000',
        AWS_SECRET_ACCESS_KEY: 'local',
      },
      onLine: (line) => {
        const { stageName, action } = run.actionExecution;
        kernel.events.emit('log', { functionName: `${stageName}/${action.name}`, line, stream: 'stdout' });
      },
    });
    if (code !== 0) {
      const quoted = lines.join('\n');
      return { problem: `the command "${command}" ended with ${code}${quoted === '' ? '' : `: ${quoted}`}` };
    }
    return { archive: await archiveOf(kernel, run, cwd), variables: await readVariables(variablesFile) };
  } finally {
    release();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The caller's environment without its way to AWS. */
function ownVariables(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
}

/** @throws Error where CodeBuild would refuse the list */
function parsedList(
  text: string,
): readonly { readonly name: string; readonly value: string; readonly type?: string }[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list;
  } catch {
    // Said below.
  }
  throw new Error('EnvironmentVariables of the configuration must be a list in JSON: [{"name":"…","value":"…"}]');
}

/** The plain ones of a CodeBuild action's `EnvironmentVariables`, which is a list in JSON. */
function environmentVariables(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  const list = parsedList(text);
  const plain = list.filter(({ type = 'PLAINTEXT' }) => type === 'PLAINTEXT');
  return Object.fromEntries(plain.map(({ name, value }) => [name, value]));
}
