import { onStopSignal } from '../stop-signals.ts';

/** Longer than this an interrupted command does not tidy up, in milliseconds. */
const PATIENCE_MS = 700;

/** Somebody who may end the command. */
export interface Interruption {
  readonly signal: AbortSignal;
  readonly interrupt: () => void;
}

/**
 * Makes what tells the process to end, and whoever calls `interrupt`, abort a signal. A second time ends the process at
 * once.
 */
export function interruptible(): Interruption {
  const interrupted = new AbortController();
  const interrupt = () => {
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort(new Error('interrupted'));
  };
  onStopSignal(interrupt);
  return { signal: interrupted.signal, interrupt };
}

/**
 * Ends the process soon after a signal has aborted, whatever it waits for: functions die with it, and the next start
 * removes what was left in the temporary folder.
 *
 * @param farewell - what is to be said before
 * @param exitCode - what the process ends with
 * @returns the way to take that back
 */
export function endSoon(signal: AbortSignal, farewell: () => void, exitCode: () => number): () => void {
  let ending: NodeJS.Timeout | undefined;
  const arm = () => {
    ending = setTimeout(() => {
      farewell();
      process.exit(exitCode());
    }, PATIENCE_MS);
  };
  signal.addEventListener('abort', arm, { once: true });
  return () => {
    signal.removeEventListener('abort', arm);
    clearTimeout(ending);
  };
}
