/** A task that the clock runs once at a simulated time. */
export interface Timer {
  /** Forgets the task; does nothing when it has run already. */
  cancel(): void;
}

/** Options of {@link createClock}. */
export interface ClockOptions {
  /**
   * How many simulated seconds pass in one real second while no function runs. 1 to 100,000.
   *
   * @defaultValue 1
   */
  readonly speed?: number;
  /** Real time in milliseconds since the epoch; `Date.now` unless a test passes its own. */
  readonly realNow?: () => number;
}

/**
 * The time of the local cloud.
 *
 * While at least one function runs, simulated time passes at the rate of real time; while none runs, it passes
 * `speed` times as fast. So a function sees time flow as it does in AWS, all functions that run at the same moment
 * share one clock (leases and deadlines stay true), and the waits between invocations shrink. Fast time never runs past a
 * task that is due: on a busy machine it passes more slowly.
 */
export interface Clock {
  /** Simulated time in milliseconds since the epoch. */
  now(): number;
  /** Simulated minus real time in milliseconds; constant for as long as {@link Clock.hold} is held. */
  offset(): number;
  /** How many simulated seconds pass in one real second while no function runs. */
  readonly speed: number;
  /** Changes the speed from here on. @throws RangeError when it is not within 1 to 100,000 */
  setSpeed(speed: number): void;
  /** When the next task is due, in simulated milliseconds since the epoch; undefined where none is. */
  next(): number | undefined;
  /**
   * Passes over simulated time as fast as this machine can, up to `at`: every task that is due on the way runs at its
   * moment, and while a function runs, time passes at its real rate. Resolves when `at` is reached, or the clock stops.
   */
  passTo(at: number): Promise<void>;
  /** Runs `task` once when `delayMs` simulated milliseconds have passed. Does not keep the process alive by itself. */
  after(delayMs: number, task: () => void): Timer;
  /** Resolves when `delayMs` simulated milliseconds have passed; rejects with the signal's reason when it aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** Makes time pass at its real rate until the returned function is called (once; later calls do nothing). */
  hold(): () => void;
  /** Forgets every timer. */
  stop(): void;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

/** Somebody who wants time to be somewhere. */
interface Pass {
  readonly at: number;
  readonly resolve: () => void;
}

/** Node's timers come this much late; tasks that lie closer together than that in real time make up for it. */
const TIMER_MS = 2;
const LONGEST_REAL_WAIT_MS = 2 ** 31 - 1;

/** Creates the clock of one local cloud. @throws RangeError when the speed is not within 1 to 100,000. */
export function createClock(options: ClockOptions = {}): Clock {
  let speed = checkSpeed(options.speed ?? 1);
  const realNow = options.realNow ?? Date.now;
  let simulated = realNow();
  let real = simulated;
  let holds = 0;
  let orders = 0;
  let wake: NodeJS.Timeout | undefined;
  const entries: Entry[] = [];
  const passes: Pass[] = [];

  const rate = () => (holds > 0 ? 1 : speed);

  /** Fast time waits at the next task until that has run: a slow machine makes it slower, and nothing comes late. */
  function now(): number {
    const reached = simulated + Math.max(0, realNow() - real) * rate();
    return rate() === 1 ? reached : Math.min(reached, entries[0]?.at ?? reached);
  }

  /** Fixes the time reached so far, so that the rate may change from here on, and drops what fast time had to wait. */
  function settle(): void {
    const reached = now();
    real = Math.max(real + (reached - simulated) / rate(), realNow() - TIMER_MS);
    simulated = reached;
  }

  function arm(): void {
    if (wake !== undefined) clearTimeout(wake);
    wake = undefined;
    if (holds === 0) pass();
    const next = entries[0];
    if (next === undefined) return;
    const wait = Math.min(LONGEST_REAL_WAIT_MS, Math.max(0, Math.ceil((next.at - now()) / rate())));
    wake = setTimeout(run, wait);
  }

  /** Puts time forward to where somebody wants it, though not past a task that is due before. */
  function pass(): void {
    const wanted = passes[0];
    if (wanted === undefined) return;
    settle();
    simulated = Math.max(simulated, Math.min(wanted.at, entries[0]?.at ?? wanted.at));
    while (passes[0] !== undefined && passes[0].at <= simulated) passes.shift()?.resolve();
  }

  function run(): void {
    wake = undefined;
    const next = entries[0];
    const due = next !== undefined && next.at <= now() ? next : undefined;
    try {
      due?.task();
    } finally {
      if (due !== undefined) remove(due);
      arm();
    }
  }

  /** A task stays in its place while it runs, so that time stands still for it. @returns whether it was the first */
  function remove(entry: Entry): boolean {
    const position = entries.indexOf(entry);
    if (position === -1) return false;
    settle();
    entries.splice(position, 1);
    return position === 0;
  }

  function after(delayMs: number, task: () => void): Timer {
    const entry: Entry = { at: now() + Math.max(0, delayMs), order: orders++, task };
    let index = entries.length;
    while (index > 0 && (entries[index - 1]?.at ?? 0) > entry.at) index--;
    entries.splice(index, 0, entry);
    if (index === 0) arm();
    return {
      cancel() {
        if (remove(entry)) arm();
      },
    };
  }

  return {
    get speed() {
      return speed;
    },
    setSpeed(wanted) {
      checkSpeed(wanted);
      settle();
      speed = wanted;
      arm();
    },
    next: () => entries[0]?.at,
    passTo(at) {
      return new Promise((resolve) => {
        passes.push({ at, resolve });
        passes.sort((one, other) => one.at - other.at);
        arm();
      });
    },
    now,
    offset: () => now() - realNow(),
    after,
    sleep(delayMs, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const timer = after(delayMs, () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        });
        function onAbort(): void {
          timer.cancel();
          reject(signal?.reason);
        }
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    hold() {
      settle();
      holds++;
      arm();
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        settle();
        holds--;
        arm();
      };
    },
    stop() {
      entries.length = 0;
      for (const { resolve } of passes.splice(0)) resolve();
      arm();
    },
  };
}

function checkSpeed(speed: number): number {
  if (speed >= 1 && speed <= 100_000) return speed;
  throw new RangeError(`speed must be a number from 1 to 100000, but is ${speed}`);
}
