#!/usr/bin/env node
import module from 'node:module';
import { debuglog } from 'node:util';
import { describeError } from '../core/failure.ts';
import { packageVersion } from '../package-version.ts';
import type { Command } from './command.ts';
import { escapeLines } from './escape-controls.ts';
import { UsageError } from './usage-error.ts';

/** One verb: a line for the list of all, and its command. */
interface Verb {
  readonly summary: string;
  /** Called when the verb is: the local cloud alone takes longer to load than most commands to run. */
  readonly load: () => Promise<Command>;
}

const verbs: Readonly<Record<string, Verb>> = {
  local: {
    summary: 'run the stacks of a CDK app on this machine',
    load: async () => (await import('./local/local-command.ts')).localCommand,
  },
  new: {
    summary: 'write a handler and its test, and show how to deploy it',
    load: async () => (await import('./new-command.ts')).newCommand,
  },
  invoke: {
    summary: 'run a handler once with an event, and see what it would answer',
    load: async () => (await import('./invoke-command.ts')).invokeCommand,
  },
  event: {
    summary: 'print a sample event',
    load: async () => (await import('./event-command.ts')).eventCommand,
  },
  open: {
    summary: 'list the callbacks that nobody has answered yet',
    load: async () => (await import('./open-command.ts')).openCommand,
  },
  complete: {
    summary: 'answer a callback: succeeded, or failed for a reason',
    load: async () => (await import('./complete-command.ts')).completeCommand,
  },
  progress: {
    summary: 'tell how far the work of a callback is, and that it goes on',
    load: async () => (await import('./progress-command.ts')).progressCommand,
  },
  terraform: {
    summary: 'run a stored operation of a Terraform engine, and answer it',
    load: async () => (await import('./terraform-command.ts')).terraformCommand,
  },
  worker: {
    summary: 'do the jobs of a custom action in this process',
    load: async () => (await import('./worker-command.ts')).workerCommand,
  },
};

/** Runs the command line and gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === '--version' || verb === '-v') {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  if (isNodeTooOld()) return 2;
  if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
    process.stdout.write(overview());
    return verb === undefined ? 2 : 0;
  }
  try {
    const known = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (known === undefined) {
      throw new UsageError(`ringback has no command "${verb}"; it has ${Object.keys(verbs).join(', ')}`);
    }
    const command = await known.load();
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(`${command.help.trim()}\n`);
      return 0;
    }
    return await command.run(rest);
  } catch (error) {
    if (error instanceof UsageError) process.stderr.write(`ringback: ${escapeLines(error.message)}\n`);
    else tellDefect(error);
    return 2;
  }
}

/** Whether `engines` of package.json leaves this Node out, and says so: it lacks what every command loads. */
function isNodeTooOld(): boolean {
  if (typeof process.getBuiltinModule === 'function') return false;
  process.stderr.write(
    `ringback: this is Node.js ${process.versions.node}, and ringback needs 20.16 or later, or 22.3 or later: update Node.js\n`,
  );
  return true;
}

/** What no command has foreseen. NODE_DEBUG=ringback shows where it was thrown. */
function tellDefect(error: unknown): void {
  const advice = 'this was not foreseen: run it again with NODE_DEBUG=ringback, and report what it prints';
  process.stderr.write(`ringback: ${escapeLines(describeError(error))}; ${advice}\n`);
  debuglog('ringback')('%o', error);
}

/** Resolves when all that the process wrote is out, or cannot be. */
async function written(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(verbs).map(({ length }) => length));
  const lines = Object.entries(verbs).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `ringback COMMAND [OPTIONS]\n\n${lines.join('\n')}\n\nringback COMMAND --help tells more, ringback --version the version.\n`;
}

// What a command loads is compiled once for all its runs (Node 22.1 and later; NODE_DISABLE_COMPILE_CACHE=1 leaves it off).
module.enableCompileCache?.();

// Whoever reads the output may stop early, as head does, or be gone with its terminal; that is no failure.
const UNREAD = ['EPIPE', 'EIO'];
// Nor is a full disk the end of a worker: its jobs are worth more than what it says.
let isUnwritten = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (isUnwritten || UNREAD.includes(error.code ?? '')) return;
  isUnwritten = true;
  process.stderr.write(`ringback: the output cannot be written: ${error.message}\n`);
});
// Whoever reads the errors may stop early, too; the exit code still tells.
process.stderr.on('error', () => undefined);
const code = await main(process.argv.slice(2));
await written();
// Logic that was handed back, a wait, or a program that was asked for credentials may still run: nobody waits for them.
process.exit(isUnwritten ? 2 : code);
