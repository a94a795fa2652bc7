import { decodeContinuation } from '../../core/continuation-token.ts';
import { EARLY_TOLERANCE_MS } from '../../core/ledger/transitions.ts';
import type { OfferedJob } from '../polled/hand-over.ts';
import type { WakeUp } from '../polled/wake-up.ts';

/**
 * Whether a job is worth a look at its entry now.
 *
 * CodePipeline offers the continuation of a polled job at once, not when it is due. One whose time has not come is left
 * alone: it is offered again. One that only asks whether somebody has completed a deferral is looked at once a minute,
 * when the clock rings, and not by every other job that wakes the worker.
 */
export function isDue({ data }: OfferedJob, wakeUp: WakeUp, now: number): boolean {
  const continuation = data?.continuationToken ? decodeContinuation(data.continuationToken) : undefined;
  if (continuation?.kind !== 'ours') return true;
  return continuation.awaits ? wakeUp === 'schedule' : continuation.dueAt - EARLY_TOLERANCE_MS <= now;
}
