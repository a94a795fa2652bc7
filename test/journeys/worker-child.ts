import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));
const LATER = fileURLToPath(new URL('fixtures/later.ts', import.meta.url));

/** The worker that these processes run; see there for what it does. */
export const PROCESS_WORKER = fileURLToPath(new URL('fixtures/process-worker.ts', import.meta.url));

/** A process that runs `ringback worker`. */
export interface WorkerChild {
  readonly exit: Promise<number | null>;
  /** What it has written, to both streams. */
  output(): string;
  /** Resolves as soon as it has written what fits. */
  written(text: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts one. `laterMs`: it believes to run so many milliseconds later. */
export function spawnWorker(
  args: readonly string[],
  { env, laterMs }: { readonly env: Readonly<Record<string, string>>; readonly laterMs?: number },
): WorkerChild {
  const shift = laterMs === undefined ? [] : ['--import', LATER];
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child: ChildProcess = spawn(
    process.execPath,
    ['--conditions=ringback-source', ...shift, MAIN, 'worker', PROCESS_WORKER, ...args],
    { env: { PATH, NODE_COMPILE_CACHE, LATER_MS: String(laterMs ?? 0), ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of waiting) look();
    });
  }
  return {
    exit: new Promise((resolve) => child.on('close', resolve)),
    output: () => output,
    written: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!text.test(output)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    kill: (signal) => void child.kill(signal),
  };
}
