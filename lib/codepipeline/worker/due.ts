import { decodeContinuation } from '../../core/continuation.ts';
import type { OfferedJob } from './hand-over.ts';
import type { WakeUp } from './wake-up.ts';

/** A continuation this close to its time may run, in milliseconds; the handler has the same tolerance. */
const TOLERANCE_MS = 5_000;
/** The next look at a job that was left alone comes about this much later, in milliseconds. */
const NEXT_LOOK_MS = 60_000;

/**
 * Whether a job is worth claiming now.
 *
 * CodePipeline offers the continuation of a polled job at once, not when it is due. One whose time is far off is left
 * unclaimed: it is offered again. One that is nearly due, or that only asks whether somebody has completed a deferral,
 * is claimed once a minute, when the clock rings, and not by every other job that wakes the worker.
 */
export function isDue({ data }: OfferedJob, wakeUp: WakeUp, now: number): boolean {
  const continuation = data?.continuationToken === undefined ? undefined : decodeContinuation(data.continuationToken);
  if (continuation === undefined) return true;
  const { deferral, notBefore } = continuation;
  if (deferral === undefined && notBefore - TOLERANCE_MS <= now) return true;
  return wakeUp === 'schedule' && notBefore - NEXT_LOOK_MS <= now;
}
