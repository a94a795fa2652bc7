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

/** The most lines of output that are kept, and of each the most characters. */
const KEPT_LINES = 5;
const KEPT_CHARACTERS = 500;
/** How long the output of a command that has ended is read on, in real milliseconds. */
const DRAIN_MS = 2_000;

/**
 * Runs a command of the shell to its end; what it has started and left behind ends with it. `code` is its exit code, or
 * the signal that ended it; `lines` are the last of its output.
 */
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
        lines.push(line.slice(0, KEPT_CHARACTERS));
        if (lines.length > KEPT_LINES) lines.shift();
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
    // What runs on in the background holds the output open, so that it would never close; a daemon even past this end.
    let left: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      kill();
      left = setTimeout(() => [child.stdout, child.stderr].forEach((stream) => void stream.destroy()), DRAIN_MS);
    });
    child.once('error', (error) => resolve({ code: error.message, lines }));
    child.once('close', (code, ended) => {
      clearTimeout(left);
      signal.removeEventListener('abort', kill);
      resolve({ code: code ?? ended ?? 'no exit code', lines });
    });
  });
}
