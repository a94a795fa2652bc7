import { InvalidOptionError } from './errors.ts';

/** A length of time; the parts add up. */
export interface Duration {
  readonly seconds?: number;
  readonly minutes?: number;
  readonly hours?: number;
}

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600 };

/** The longest duration, in milliseconds: a hundred years. What is beyond is a mistake, and may be beyond the last date. */
export const LONGEST_DURATION_MS = 100 * 365 * 24 * 3_600_000;

/**
 * The milliseconds of a duration.
 *
 * @throws InvalidOptionError for an unknown part, one that is negative or not a number, more than a hundred years, and
 * what is not an object or has no part: a Date, say, which would be no time at all
 */
export function toMilliseconds(duration: Duration): number {
  if (typeof duration !== 'object' || duration === null) {
    throw new InvalidOptionError(`a duration is an object such as { seconds: 30 }, but got ${String(duration)}`);
  }
  let seconds = 0;
  const parts = Object.entries(duration);
  if (parts.length === 0) {
    throw new InvalidOptionError('a duration has seconds, minutes or hours, but this one has none of them');
  }
  for (const [part, value] of parts) {
    const factor = SECONDS[part];
    if (factor === undefined || typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw new InvalidOptionError(
        `a duration has seconds, minutes and hours that are numbers from 0 up, but got ${part}: ${String(value)}`,
      );
    }
    seconds += factor * value;
  }
  if (seconds * 1000 > LONGEST_DURATION_MS) {
    throw new InvalidOptionError(`a duration is at most a hundred years, but is ${seconds} seconds`);
  }
  return seconds * 1000;
}
