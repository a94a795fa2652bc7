import type { Answering } from '../decide.ts';
import type { Decision } from '../decision.ts';
import type { FailureRecord } from './failure-record.ts';

/** A delivery that a function failed on for good. */
export interface FailedDelivery extends Answering {
  readonly record: FailureRecord;
  /** What is decided unless another decision stands. */
  readonly failed: Decision;
  /** The event as the service sent it. */
  readonly event: unknown;
}

/** One try of the last resort. */
export interface Try {
  /** In milliseconds since the epoch. */
  readonly until: number;
  /** Counts from 1. */
  readonly number: number;
  /** Whether nobody comes after it. */
  readonly isLastTry: boolean;
}
