import { spawn } from 'node:child_process';

/** Where a command line runs, and for how long. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** When it has not ended by then, it is killed with all that it has started. */
  readonly limitMs: number;
}

/** So much of what a command printed says why it failed. */
const TOLD_CHARACTERS = 8000;

/**
 * Runs a command line in a shell and gives what it prints, both streams in one. The caller's process stays responsive.
 *
 * @throws Error that names the command and holds the end of what it printed, when it fails or does not end in time
 */
export function runCommand(line: string, { cwd, env, limitMs }: Surroundings): Promise<string> {
  return new Promise((resolve, reject) => {
    // A group of its own: what npm has started would go on, and hold the streams open, when only the shell is killed.
    const child = spawn(line, { cwd, env, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => printed.push(text));
    }
    const kill = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      kill();
    }, limitMs);
    process.once('exit', kill);
    const settled = () => {
      clearTimeout(limit);
      process.off('exit', kill);
    };
    const failure = (what: string) =>
      new Error(
        `${line} (in ${cwd}) ${what}; the end of what it printed:\n${printed.join('').slice(-TOLD_CHARACTERS)}`,
      );
    child.once('error', (error) => {
      settled();
      reject(failure(`did not start: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      settled();
      if (isLate) reject(failure(`did not end in ${limitMs / 1000} s and was killed`));
      else if (code !== 0) reject(failure(`ended with ${code ?? signal}`));
      else resolve(printed.join(''));
    });
  });
}
