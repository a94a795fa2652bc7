import type { Clock, Timer } from '../kernel/clock.ts';
import type { InvocationOutcome } from './invocation.ts';
import type { Invoker } from './invoker.ts';
import { RETRY_DELAYS_SECONDS } from './limits.ts';
import { eventInvokeConfigOf, type InvocationTarget, type LocalFunction } from './local-function.ts';

/** An accepted event that no attempt has settled yet. */
export interface QueuedEvent {
  readonly requestId: string;
  readonly target: InvocationTarget;
  readonly payload: string;
  /** Simulated milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** Attempts so far. */
  readonly attempts: number;
}

/** Why an event is settled; the words are those of Lambda's destination records. */
export type EventCondition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

/** The asynchronous events of all functions. */
export interface AsyncQueue {
  /** Takes an event; it runs as soon as its function has room. `delayMs` is simulated. */
  accept(target: InvocationTarget, payload: string, requestId: string, delayMs?: number): void;
  /** Runs what waits for room in this function. */
  pump(fn: LocalFunction): void;
  /** How many events wait, run or will be retried. */
  size(): number;
  stop(): void;
}

interface Entry {
  readonly target: InvocationTarget;
  readonly requestId: string;
  readonly payload: string;
  readonly acceptedAt: number;
  attempts: number;
  timer?: Timer;
}

/** Creates the queue in which asynchronous events wait for room, for their next attempt, or for their end. */
export function createAsyncQueue(options: {
  readonly clock: Clock;
  readonly invoke: Invoker;
  readonly settled: (event: QueuedEvent, condition: EventCondition, outcome: InvocationOutcome | undefined) => void;
}): AsyncQueue {
  const { clock, invoke } = options;
  const waiting = new Map<LocalFunction, Entry[]>();
  const open = new Set<Entry>();
  let stopped = false;

  function settle(entry: Entry, condition: EventCondition, outcome?: InvocationOutcome): void {
    open.delete(entry);
    options.settled(entry, condition, outcome);
  }

  const expiryOf = (entry: Entry) => entry.acceptedAt + eventInvokeConfigOf(entry.target).maxEventAgeSeconds * 1000;

  function enqueue(entry: Entry): void {
    const { fn } = entry.target;
    const line = waiting.get(fn) ?? [];
    waiting.set(fn, line);
    line.push(entry);
    entry.timer = clock.after(expiryOf(entry) - clock.now(), () => {
      const position = line.indexOf(entry);
      if (position === -1) return;
      line.splice(position, 1);
      settle(entry, 'EventAgeExceeded');
    });
    pump(fn);
  }

  function pump(fn: LocalFunction): void {
    const line = waiting.get(fn) ?? [];
    for (let entry = line[0]; entry !== undefined && !stopped; entry = line[0]) {
      const running = invoke(entry.target, { ...entry, attempt: entry.attempts + 1 });
      if (running === undefined) return;
      line.shift();
      entry.timer?.cancel();
      follow(entry, running);
    }
  }

  function follow(entry: Entry, running: Promise<InvocationOutcome>): void {
    void running.then((outcome) => {
      entry.attempts++;
      if (stopped) return;
      if (outcome.failure === undefined) settle(entry, 'Success', outcome);
      else retry(entry, outcome);
    });
  }

  function retry(entry: Entry, outcome: InvocationOutcome): void {
    const delaySeconds = RETRY_DELAYS_SECONDS[entry.attempts - 1];
    if (delaySeconds === undefined || entry.attempts > eventInvokeConfigOf(entry.target).maxRetryAttempts) {
      settle(entry, 'RetriesExhausted', outcome);
      return;
    }
    const left = expiryOf(entry) - clock.now();
    const delayMs = delaySeconds * 1000;
    entry.timer =
      delayMs < left
        ? clock.after(delayMs, () => enqueue(entry))
        : clock.after(left, () => settle(entry, 'EventAgeExceeded', outcome));
  }

  return {
    accept(target, payload, requestId, delayMs = 0) {
      const entry: Entry = { target, payload, requestId, acceptedAt: clock.now(), attempts: 0 };
      open.add(entry);
      if (delayMs > 0) entry.timer = clock.after(delayMs, () => enqueue(entry));
      else enqueue(entry);
    },
    pump,
    size: () => open.size,
    stop() {
      stopped = true;
      for (const entry of open) entry.timer?.cancel();
      open.clear();
      waiting.clear();
    },
  };
}
