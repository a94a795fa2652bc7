import type { TimeSource } from '../aws/index.ts';

/** Waits for so many milliseconds, or until a signal aborts; never throws. */
export async function pause(
  ms: number,
  time: Pick<TimeSource, 'sleep'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal === undefined) return time.sleep(ms);
  if (signal.aborted) return;
  let wake = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    wake = resolve;
    signal.addEventListener('abort', wake, { once: true });
  });
  await Promise.race([time.sleep(ms), aborted]);
  signal.removeEventListener('abort', wake);
}
