import type { TimeSource } from '../aws/index.ts';

/** The ceiling of the first wait, and the highest one, in milliseconds; it doubles with each poll. */
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** No service asks for patience beyond this at once, in milliseconds: the clocks differ, then. */
const PLAUSIBLE_MS = 10 * 60_000;

/**
 * How long to wait before a request is looked at again, in milliseconds: until the moment that Cloud Control names, or
 * longer and longer, with jitter, so that many who began together do not ask together.
 *
 * @param polls - how often it was looked at already
 */
export function pollDelayMs(
  retryAt: number | undefined,
  polls: number,
  { now, random }: Pick<TimeSource, 'now' | 'random'>,
): number {
  const askedMs = (retryAt ?? 0) - now();
  if (askedMs > 0 && askedMs <= PLAUSIBLE_MS) return askedMs;
  return growingDelayMs(FIRST_MS, polls, random, LONGEST_MS);
}

/** A delay that doubles each time, between half and the whole of its ceiling; milliseconds. */
export function growingDelayMs(firstMs: number, times: number, random: () => number, longestMs = 120_000): number {
  const ceiling = Math.min(Math.max(longestMs, firstMs), firstMs * 2 ** Math.min(times, 20));
  return ceiling * (0.5 + 0.5 * random());
}
