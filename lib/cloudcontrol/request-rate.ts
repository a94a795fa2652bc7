import type { TimeSource } from '../aws/index.ts';

/** Waits for its turn. */
export type RequestRate = (time: TimeSource) => Promise<void>;

/**
 * Cloud Control takes about 30 requests a second of an account and Region and publishes no figure; 25 leave some for
 * others.
 */
const REQUESTS_PER_SECOND = 25;

/** Lets requests through one after the other, at most so many a second. */
export function createRequestRate(perSecond: number = REQUESTS_PER_SECOND): RequestRate {
  const gapMs = 1_000 / perSecond;
  let nextAt = 0;
  let askedAt = 0;
  return async (time) => {
    const now = time.now();
    // A clock that was set back must not keep everybody waiting until it is where it was.
    if (now < askedAt) nextAt = now;
    askedAt = now;
    const at = Math.max(nextAt, now);
    nextAt = at + gapMs;
    if (at > now) await time.sleep(at - now);
  };
}
