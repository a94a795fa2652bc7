/** The stable codes of Ringback's errors; docs/errors.md says of each when it happens and what to do. */
export type RingbackErrorCode =
  | 'ACKNOWLEDGEMENT_IN_DOUBT'
  | 'ANSWER_NOT_GIVEN'
  | 'ARTIFACT'
  | 'CONFIGURATION'
  | 'DEADLINE'
  | 'INVALID_CALLBACK'
  | 'INVALID_EVENT'
  | 'INVALID_OPTION'
  | 'INVALID_OUTCOME'
  | 'IN_PROGRESS'
  | 'LEDGER'
  | 'PERMISSION'
  | 'RESOURCE_REQUEST'
  | 'RETRYABLE'
  | 'UNAVAILABLE';

const BRAND = Symbol.for('ringback.error');

/** The root of every error that Ringback throws; `isRingbackError` recognises it across copies of the package. */
export abstract class RingbackError extends Error {
  /** What happened, for programs; stable across versions. */
  abstract readonly code: RingbackErrorCode;
  /** Whether the same work may succeed when it is tried again. */
  abstract readonly retryable: boolean;
  readonly [BRAND] = true;
}

/** Tells whether a value is an error of Ringback, also one of another copy of the package. Never throws. */
export function isRingbackError(value: unknown): value is RingbackError {
  try {
    return (value as Record<symbol, unknown>)[BRAND] === true;
  } catch {
    // Nothing, null, a revoked proxy: anything can be thrown.
    return false;
  }
}

/** The code of an error of Ringback; undefined for everything else that is thrown, and where it cannot be read. Never throws. */
export function codeOf(value: unknown): RingbackErrorCode | undefined {
  try {
    const code: unknown = isRingbackError(value) ? value.code : undefined;
    return typeof code === 'string' ? (code as RingbackErrorCode) : undefined;
  } catch {
    return undefined;
  }
}

/** The event is not one that this handler answers. Thrown, not answered: there is nobody to answer to. */
export class InvalidEventError extends RingbackError {
  override readonly name = 'InvalidEventError';
  readonly code = 'INVALID_EVENT';
  readonly retryable = false;
}

/** An option of a public function has a value that cannot work, or a name that does not exist. */
export class InvalidOptionError extends RingbackError {
  override readonly name = 'InvalidOptionError';
  readonly code = 'INVALID_OPTION';
  readonly retryable = false;
}

/** Parameters, state or settings do not fit; user logic may throw it, too. Answered as a configuration failure. */
export class ConfigurationError extends RingbackError {
  override readonly name = 'ConfigurationError';
  readonly code = 'CONFIGURATION';
  readonly retryable = false;
}

/** A permission is missing; user logic may throw it, too. Answered as a permission failure. */
export class PermissionError extends RingbackError {
  override readonly name = 'PermissionError';
  readonly code = 'PERMISSION';
  readonly retryable = false;
}

/** Something that the logic needs is not available; user logic may throw it. Answered as an unavailability. */
export class UnavailableError extends RingbackError {
  override readonly name = 'UnavailableError';
  readonly code = 'UNAVAILABLE';
  readonly retryable = false;
}

/**
 * User logic asks to be run again: throw it, and nothing is answered; the delivery is retried by Lambda (an
 * asynchronous event twice, after about one and two minutes) or the queue, and answered as failed with this error's
 * message when the tries are used up.
 */
export class RetryableError extends RingbackError {
  override readonly name = 'RetryableError';
  readonly code = 'RETRYABLE';
  readonly retryable = true;
}

/** User logic did not end within the time that the function leaves it. Answered as a failure. */
export class DeadlineError extends RingbackError {
  override readonly name = 'DeadlineError';
  readonly code = 'DEADLINE';
  readonly retryable = false;
}

/** User logic returned something that is no outcome, or one that cannot be reported. Answered as a failure. */
export class InvalidOutcomeError extends RingbackError {
  override readonly name = 'InvalidOutcomeError';
  readonly code = 'INVALID_OUTCOME';
  readonly retryable = false;
}

/**
 * A text is not an encoded callback, is one of a service or version that this copy does not know, or one of which the
 * ledger has no entry.
 */
export class InvalidCallbackError extends RingbackError {
  override readonly name = 'InvalidCallbackError';
  readonly code = 'INVALID_CALLBACK';
  readonly retryable = false;
}

/** Another invocation works on the same delivery. Thrown, so that Lambda or the queue delivers again later. */
export class InProgressError extends RingbackError {
  override readonly name = 'InProgressError';
  readonly code = 'IN_PROGRESS';
  readonly retryable = true;
}

/**
 * A process died in the moment of its acknowledgement, so that nobody can tell whose the job is. Thrown, so that the
 * delivery comes again when it may be known.
 */
export class AcknowledgementInDoubtError extends RingbackError {
  override readonly name = 'AcknowledgementInDoubtError';
  readonly code = 'ACKNOWLEDGEMENT_IN_DOUBT';
  readonly retryable = true;
}

/** The ledger could not be read or written within its retries. Thrown, so that the delivery comes again. */
export class LedgerError extends RingbackError {
  override readonly name = 'LedgerError';
  readonly code = 'LEDGER';
  readonly retryable = true;
}

/** The decision stands in the ledger but could not be reported. Thrown, so that it is reported again. */
export class AnswerNotGivenError extends RingbackError {
  override readonly name = 'AnswerNotGivenError';
  readonly code = 'ANSWER_NOT_GIVEN';
  readonly retryable = true;
}

/** The errors that may leave a function, by code. */
const LEAVING = {
  ACKNOWLEDGEMENT_IN_DOUBT: AcknowledgementInDoubtError,
  ANSWER_NOT_GIVEN: AnswerNotGivenError,
  CONFIGURATION: ConfigurationError,
  DEADLINE: DeadlineError,
  INVALID_CALLBACK: InvalidCallbackError,
  INVALID_EVENT: InvalidEventError,
  INVALID_OPTION: InvalidOptionError,
  INVALID_OUTCOME: InvalidOutcomeError,
  IN_PROGRESS: InProgressError,
  LEDGER: LedgerError,
  PERMISSION: PermissionError,
  RETRYABLE: RetryableError,
  UNAVAILABLE: UnavailableError,
} as const satisfies Partial<Record<RingbackErrorCode, new (message: string) => RingbackError>>;

/** A new error of a code, with this message and nothing else. */
export function errorOfCode(code: RingbackErrorCode, message: string): Error {
  const known = (LEAVING as Partial<Record<RingbackErrorCode, new (message: string) => RingbackError>>)[code];
  return known === undefined ? new Error(message) : new known(message);
}
