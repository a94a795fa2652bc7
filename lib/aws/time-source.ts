/** Clock and chance, passed in so that tests own them. */
export interface TimeSource {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

const MOVED = Symbol.for('ringback.timeMovedMs.1');
/** Shared by all copies of this package in the process. */
const shared = globalThis as { [MOVED]?: number };

/** Moves the clock of this process on by `ms`, for tests; back where that is negative. */
export function moveTime(ms: number): void {
  shared[MOVED] = (shared[MOVED] ?? 0) + ms;
}

/** The process's own clock, where a test has moved it to, and chance. */
export const systemTime: TimeSource = {
  now: () => Date.now() + (shared[MOVED] ?? 0),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
};
