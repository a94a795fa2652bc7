export { complete } from './complete.ts';
export { type Callback, decodeCallback, encodeCallback } from './core/callback.ts';
export type { Completion } from './core/complete.ts';
export type { Duration } from './core/duration.ts';
export {
  AcknowledgementInDoubtError,
  AnswerNotGivenError,
  ConfigurationError,
  DeadlineError,
  InProgressError,
  InvalidCallbackError,
  InvalidEventError,
  InvalidOptionError,
  InvalidOutcomeError,
  isRingbackError,
  LedgerError,
  PermissionError,
  RetryableError,
  RingbackError,
  type RingbackErrorCode,
  UnavailableError,
} from './core/errors.ts';
export type { Json } from './core/json.ts';
export {
  type Continued,
  continueAfter,
  type Deferred,
  defer,
  type Failed,
  fail,
  type Outcome,
  type Succeeded,
  succeed,
} from './core/outcome.ts';
