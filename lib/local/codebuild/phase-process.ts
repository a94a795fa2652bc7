import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createLineBuffer } from '../kernel/line-buffer.ts';

/** The session of a build's shell between two processes: its variables and its folder. */
export interface ShellSession {
  readonly variables: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** How a list of commands ended. */
export interface CommandsEnd {
  readonly session: ShellSession;
  /** The command that failed, and how; undefined where all went well. */
  readonly failed?: { readonly command: string; readonly how: string };
}

/** Commands on their way. */
export interface RunningCommands {
  readonly pid: number | undefined;
  readonly ended: Promise<CommandsEnd>;
  /** Kills the shell and all that it started. */
  kill(signal: NodeJS.Signals): boolean;
}

/** How long the output of a shell that has ended is read on, in real milliseconds. */
const DRAIN_MS = 2_000;

/** Runs commands one after the other in one shell, as a phase does; the first that fails ends it. */
export function runCommands(
  shell: string,
  commands: readonly string[],
  session: ShellSession,
  scratch: string,
  line: (text: string) => void,
): RunningCommands {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const file = (name: string) => path.join(scratch, name);
  const keep = `/usr/bin/env -0 > "${file('env')}"; pwd > "${file('pwd')}"`;
  // A command may end the shell, by its own trap or another program in its place: what came before is kept by then.
  const script = [`trap '${keep}' EXIT`];
  for (const [index, command] of commands.entries()) {
    writeFileSync(file(`${index}.sh`), `${command}\n`);
    script.push(`echo ${index} > "${file('at')}"`, `. "${file(`${index}.sh`)}" || exit $?`, keep);
  }
  writeFileSync(file('main.sh'), `${script.join('\n')}\n`);
  const child = spawn(shell, [file('main.sh')], {
    cwd: session.folder,
    env: session.variables,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    const lines = createLineBuffer(line);
    stream.setEncoding('utf8').on('data', lines.add).on('close', lines.end);
  }
  const kill = (signal: NodeJS.Signals) => killGroup(child.pid, signal);
  const ended = new Promise<CommandsEnd>((resolve) => {
    const end = (how: string | undefined) => {
      kill('SIGKILL');
      const command = commands[Number(textOf(file('at')) ?? 0)] ?? shell;
      const after = { variables: variablesOf(textOf(file('env'))) ?? session.variables, folder: session.folder };
      const folder = textOf(file('pwd'))?.replace(/\n$/, '') || session.folder;
      resolve({ session: { ...after, folder }, ...(how === undefined ? {} : { failed: { command, how } }) });
    };
    child.once('error', (error) => end(`${shell} cannot be started: ${error.message}`));
    // What a command left in the background would keep its output open.
    child.once('exit', (code, signal) => {
      kill('SIGKILL');
      const how = code === 0 ? undefined : code === null ? `signal: ${signal}` : `exit status ${code}`;
      // A daemon in a session of its own holds it open past that.
      const drained = setTimeout(
        () => [child.stdout, child.stderr].forEach((stream) => void stream.destroy()),
        DRAIN_MS,
      );
      child.once('close', () => {
        clearTimeout(drained);
        end(how);
      });
    });
  });
  return { pid: child.pid, ended, kill };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function variablesOf(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined || text === '') return undefined;
  const pairs = text.split('\0').filter((pair) => pair.includes('='));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
