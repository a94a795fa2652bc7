import { type StdioOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { EngineFailure } from './failure.ts';
import { followFile } from './followed-file.ts';
import { byLine } from './lines.ts';
import { noteProcess } from './process-identity.ts';
import { type Diagnostic, readMessage, type TerraformMessage } from './terraform-message.ts';

/** Runs Terraform in a folder. */
export interface TerraformRun {
  readonly binary: string;
  readonly folder: string;
  /** The run's own folder, in which others see whether its Terraform still works. */
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
  /** Aborts when Terraform must stop; it is interrupted, and saves its state. */
  readonly stop: AbortSignal;
  /** Aborts when it must be gone. */
  readonly kill: AbortSignal;
}

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  /** What ended it where no code did. */
  readonly signal: NodeJS.Signals | null;
  readonly errors: readonly Diagnostic[];
  readonly stderr: string;
  readonly stdout: string;
}

/** What is kept of what Terraform prints beside its messages, from its end, in characters; up to twice as much in between. */
const LONGEST_TEXT = 64_000;
/** The most that is read of a value, in characters. */
const LONGEST_VALUE = 256 * 1024 * 1024;

/**
 * Becomes Terraform, and leaves one behind that interrupts it when this process is gone: then nothing is to be read from
 * the standard input, not even a line.
 */
const GUARDED = `exec 3<&0 </dev/null
{ read -r line <&3 || kill -INT $$; } >/dev/null 2>&1 &
exec 3<&- "$@"`;

/** How a shell ends that finds no such program, or one that it may not start. */
const NOT_STARTED: readonly (number | null)[] = [126, 127];

/** Runs a command, and tells of each message. @throws EngineFailure when the binary cannot be started */
export async function runTerraform(
  { binary, folder, workspace, env, stop, kill }: TerraformRun,
  args: readonly string[],
  onMessage?: (message: TerraformMessage) => void,
): Promise<CommandEnd> {
  const errors: Diagnostic[] = [];
  const text = { stdout: '', stderr: '' };
  const append = (to: 'stdout' | 'stderr', piece: string) => {
    text[to] += piece;
    // Not with each piece: all that is kept would be copied.
    if (text[to].length > 2 * LONGEST_TEXT) text[to] = text[to].slice(-LONGEST_TEXT);
  };
  const readLine = (line: string) => {
    const message = readMessage(line);
    if (message === undefined) append('stdout', `${line}\n`);
    if (message?.diagnostic?.severity === 'error') errors.push(message.diagnostic);
    if (message !== undefined) onMessage?.(message);
  };
  const lines = byLine(readLine);
  const path = `${workspace}/${randomUUID()}`;
  const stdout = followFile(`${path}.out`, (piece) => {
    if (onMessage !== undefined) lines.add(piece);
    else text.stdout += piece.slice(0, LONGEST_VALUE - text.stdout.length);
  });
  const stderr = followFile(`${path}.err`, (piece) => append('stderr', piece));
  const stdio: StdioOptions = ['pipe', stdout.descriptor, stderr.descriptor];
  // A group of its own: nobody else's interrupt reaches it, and a kill takes its providers along.
  const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', binary, ...args], { cwd: folder, env, stdio, detached: true });
  noteProcess(workspace, child.pid);
  child.stdin?.on('error', () => undefined);
  child.once('exit', () => child.stdin?.end('\n'));
  const interrupt = () => child.kill('SIGINT');
  const end = () => killGroup(child.pid);
  stop.addEventListener('abort', interrupt);
  kill.addEventListener('abort', end);
  if (stop.aborted) interrupt();
  try {
    const { code, signal } = await new Promise<Pick<CommandEnd, 'code' | 'signal'>>((resolve, reject) => {
      child.once('error', (cause) => reject(notStarted('/bin/sh', cause.message)));
      child.once('exit', (code, signal) => resolve({ code, signal }));
    }).finally(() => {
      for (const file of [stdout, stderr]) file.end();
      lines.end();
    });
    if (NOT_STARTED.includes(code) && text.stdout === '') throw notStarted(binary, text.stderr.trim());
    return { code, signal, errors, ...text };
  } finally {
    stop.removeEventListener('abort', interrupt);
    kill.removeEventListener('abort', end);
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

function notStarted(program: string, why: string): EngineFailure {
  return new EngineFailure('internal', 'engine', `${program} could not be started: ${why}`);
}

/** What of this process's environment Terraform is not given: it would change how it runs, or what it prints. */
const WITHHELD = /^(TF_LOG|TF_CLI_ARGS|TF_VAR_|TF_WORKSPACE|TF_DATA_DIR|TF_REATTACH|RINGBACK_|NODE_)/;

/** The environment that Terraform runs in. */
export function terraformEnvironment(env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !WITHHELD.test(name));
  return { HOME: home, ...Object.fromEntries(kept), TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
}
