import type { TimeSource } from '../aws/index.ts';

/** A clock that only moves when it is told to, or when somebody sleeps on it. */
export interface FakeTime extends TimeSource {
  /** How long each sleep was to be, in milliseconds. */
  readonly sleeps: readonly number[];
  /** Moves the clock on by `ms`. */
  advance(ms: number): void;
}

/** Creates a clock that stands at `start` (milliseconds since the epoch); chance always gives `random`. */
export function fakeTime(start: number = Date.UTC(2026, 0, 1), random: number = 0.5): FakeTime {
  let now = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    random: () => random,
    async sleep(ms) {
      sleeps.push(ms);
      now += ms;
    },
    advance(ms) {
      now += ms;
    },
  };
}
