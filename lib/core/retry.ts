/** How {@link retry} waits and when it gives up. */
export interface RetryOptions {
  /** No try begins after this moment, in milliseconds since the epoch. */
  readonly until: number;
  /** Whether the same call may succeed later. */
  readonly isRetryable: (error: unknown) => boolean;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs?: (error: unknown) => number | undefined;
  /** The ceiling of the first wait; it doubles with each try. @defaultValue 50 */
  readonly baseMs?: number;
  /** The highest ceiling. @defaultValue 5000 */
  readonly capMs?: number;
  /** The most tries. @defaultValue unlimited: only time ends it */
  readonly maxAttempts?: number;
  readonly time: TimeSource;
}

/** Clock and chance, passed in so that tests own them. */
export interface TimeSource {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

/** The process's own clock and chance. */
export const systemTime: TimeSource = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
};

/**
 * Tries until it works, is not worth it, or time is up; waits with full jitter between tries, because many functions
 * that were throttled at the same moment must not come back at the same moment.
 *
 * @throws the last error
 */
export async function retry<Value>(attempt: (number: number) => Promise<Value>, options: RetryOptions): Promise<Value> {
  const {
    until,
    isRetryable,
    retryAfterMs,
    baseMs = 50,
    capMs = 5000,
    maxAttempts = Number.POSITIVE_INFINITY,
    time,
  } = options;
  for (let number = 1; ; number++) {
    try {
      return await attempt(number);
    } catch (error) {
      const ceiling = Math.min(capMs, baseMs * 2 ** (number - 1));
      const wait = Math.max(retryAfterMs?.(error) ?? 0, time.random() * ceiling);
      if (number >= maxAttempts || !isRetryable(error) || time.now() + wait >= until) throw error;
      await time.sleep(wait);
    }
  }
}
