import { InvalidOptionError } from './errors.ts';

/** A length of time; the parts add up. */
export interface Duration {
  readonly seconds?: number;
  readonly minutes?: number;
  readonly hours?: number;
}

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600 };

/** The milliseconds of a duration. @throws InvalidOptionError for an unknown part, one that is negative or not a number, and what is not an object */
export function toMilliseconds(duration: Duration): number {
  if (typeof duration !== 'object' || duration === null) {
    throw new InvalidOptionError(`a duration is an object such as { seconds: 30 }, but got ${String(duration)}`);
  }
  let seconds = 0;
  for (const [part, value] of Object.entries(duration)) {
    const factor = SECONDS[part];
    if (factor === undefined || typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw new InvalidOptionError(
        `a duration has seconds, minutes and hours that are numbers from 0 up, but got ${part}: ${String(value)}`,
      );
    }
    seconds += factor * value;
  }
  return seconds * 1000;
}
