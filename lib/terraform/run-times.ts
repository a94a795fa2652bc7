import type { OperationRun } from './operation-run.ts';

/** A command of a run ends, of itself or killed, this long before the time is over, in milliseconds: for the answer. */
const KILL_MARGIN_MS = 2_000;
/** Terraform is asked to stop this long before it is killed: a share of the time there is, within these bounds. */
const STOP_SHARE = 0.2;
const LONGEST_STOP_MS = 60_000;
/** Timers take no longer than 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The moments of a run. */
export interface RunTimes {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  /** Stops the run before its time is over, for this reason. */
  end(reason: unknown): void;
  clear(): void;
}

/** Starts the clocks of a run. */
export function startTimes({ remainingMs, signal }: OperationRun): RunTimes {
  const stop = new AbortController();
  const kill = new AbortController();
  const killMs = Math.max(0, remainingMs() - KILL_MARGIN_MS);
  const stopMs = Math.max(0, killMs - Math.min(LONGEST_STOP_MS, killMs * STOP_SHARE));
  const timers = [
    setTimeout(() => stop.abort(), Math.min(stopMs, LONGEST_TIMER_MS)),
    setTimeout(() => kill.abort(), Math.min(killMs, LONGEST_TIMER_MS)),
  ];
  const onAbort = () => stop.abort();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return {
    stop: stop.signal,
    kill: kill.signal,
    end: (reason) => stop.abort(reason),
    clear() {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Two works at once: the first that fails stops the run, and its failure is thrown when both have ended. */
export async function together<One, Other>(
  time: RunTimes,
  one: Promise<One>,
  other: Promise<Other>,
): Promise<[One, Other]> {
  let failure: { readonly error: unknown } | undefined;
  const stopOthers = (error: unknown) => {
    failure ??= { error };
    time.end(error);
  };
  one.catch(stopOthers);
  other.catch(stopOthers);
  await Promise.allSettled([one, other]);
  if (failure !== undefined) throw failure.error;
  return Promise.all([one, other]);
}
