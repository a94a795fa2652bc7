import type { TimeSource } from '../../aws/index.ts';

/** Waits `ms`, or until the signal aborts. Leaves no trace at the signal, which lives as long as the process. */
export async function waitOrStop(time: TimeSource, ms: number, signal: AbortSignal): Promise<void> {
  await orStop(time.sleep(ms), signal);
}

/** What a promise comes to, or undefined as soon as the signal aborts. */
export async function orStop<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  if (signal.aborted) return undefined;
  let onAbort = (): void => undefined;
  const stopped = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
