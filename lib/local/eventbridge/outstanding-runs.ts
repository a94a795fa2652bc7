import { isDeepStrictEqual } from 'node:util';
import type { Kernel } from '../kernel/kernel.ts';

/** The scheduled invocations of functions that have not ended yet. */
export interface OutstandingRuns {
  /** Tells whether the last run under a key is still queued or running. */
  isOpen(key: string): boolean;
  /** Notes that a function is about to be handed a payload. */
  begin(key: string, functionArn: string, payload: string): void;
  /** Forgets a run that was refused. */
  end(key: string): void;
  stop(): void;
}

/** As long as Lambda keeps an asynchronous event at most; a run that never started is given up then. */
const LONGEST_WAIT_MS = 6 * 3_600_000;

interface Run {
  readonly functionName: string;
  readonly payload: unknown;
  readonly since: number;
  requestId?: string;
}

/**
 * Follows scheduled runs through the events of the cloud.
 *
 * A rate that fires every simulated minute comes every millisecond of real time at high speeds, faster than any
 * function can follow. So a target gets its next run only when the last one has ended.
 */
export function createOutstandingRuns({ clock, events }: Pick<Kernel, 'clock' | 'events'>): OutstandingRuns {
  const runs = new Map<string, Run>();
  const unsubscribe = [
    events.on('invocation', ({ functionName, requestId, event }) => {
      for (const run of runs.values()) {
        if (run.requestId !== undefined || run.functionName !== functionName) continue;
        if (!isDeepStrictEqual(run.payload, event)) continue;
        run.requestId = requestId;
        return;
      }
    }),
    events.on('invocationEnd', ({ requestId }) => {
      for (const [key, run] of runs) {
        if (run.requestId === requestId) runs.delete(key);
      }
    }),
  ];
  return {
    isOpen(key) {
      const run = runs.get(key);
      return run !== undefined && clock.now() - run.since < LONGEST_WAIT_MS;
    },
    begin(key, functionArn, payload) {
      runs.set(key, {
        functionName: functionArn.split(':')[6] ?? '',
        payload: JSON.parse(payload),
        since: clock.now(),
      });
    },
    end: (key) => runs.delete(key),
    stop() {
      for (const stop of unsubscribe) stop();
      runs.clear();
    },
  };
}
