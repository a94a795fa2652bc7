#!/usr/bin/env node
import type { Command } from './command.ts';
import { eventCommand } from './event-command.ts';
import { localCommand } from './local-command.ts';
import { UsageError } from './usage-error.ts';

const commands: readonly Command[] = [localCommand, eventCommand];

/** Runs the command line and gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
    process.stdout.write(overview());
    return verb === undefined ? 2 : 0;
  }
  const command = commands.find(({ name }) => name === verb);
  try {
    if (command === undefined) {
      throw new UsageError(`ringback has no command "${verb}"; it has ${commands.map(({ name }) => name).join(', ')}`);
    }
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(`${command.help.trim()}\n`);
      return 0;
    }
    return await command.run(rest);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`ringback: ${error.message}\n`);
    return 2;
  }
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `ringback COMMAND [OPTIONS]\n\n${lines.join('\n')}\n\nringback COMMAND --help tells more.\n`;
}

process.exitCode = await main(process.argv.slice(2));
