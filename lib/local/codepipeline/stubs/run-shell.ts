import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a command of the shell runs with. */
export interface ShellOptions {
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Kills the command with all that it has started. */
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** Runs a command of the shell to its end. `code` is its exit code, or the signal that ended it. */
export function runShell(
  command: string,
  { cwd, variables, signal, onLine }: ShellOptions,
): Promise<{ readonly code: number | string; readonly lines: readonly string[] }> {
  return new Promise((resolve) => {
    const lines: string[] = [];
    // A group of its own, so that what the command starts ends with it.
    const child = spawn(command, {
      cwd,
      env: variables,
      shell: true,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        onLine(line);
      });
    }
    const kill = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    child.once('error', (error) => resolve({ code: error.message, lines }));
    child.once('close', (code, ended) => {
      signal.removeEventListener('abort', kill);
      resolve({ code: code ?? ended ?? 'no exit code', lines });
    });
  });
}
