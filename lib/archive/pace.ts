import { setImmediate } from 'node:timers/promises';

/** How many steps are taken before others get their turn. */
const STEPS_AT_ONCE = 256;

/**
 * Counts the steps of work that may never wait for anything: every so often it lets timers and signals have their turn,
 * and ends when the signal says so. Await what it returns, where it returns something.
 */
export function createPace(signal: AbortSignal): () => Promise<void> | undefined {
  let steps = 0;
  return () => {
    steps++;
    if (steps % STEPS_AT_ONCE !== 0) return undefined;
    return setImmediate().then(() => signal.throwIfAborted());
  };
}
