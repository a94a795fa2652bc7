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
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
  } catch {
    // A revoked proxy, say: anything can be thrown.
    return false;
  }
}

/** The class of one kind of error: its name, its code, and whether the same work may succeed when it is tried again. */
function errorKind<Code extends RingbackErrorCode>(name: string, code: Code, retryable: boolean) {
  return class extends RingbackError {
    static readonly code: Code = code;
    override readonly name: string = name;
    readonly code: Code = code;
    readonly retryable = retryable;
  };
}

/** The event is not one that this handler answers. Thrown, not answered: there is nobody to answer to. */
export class InvalidEventError extends errorKind('InvalidEventError', 'INVALID_EVENT', false) {}

/** An option of a public function has a value that cannot work, or a name that does not exist. */
export class InvalidOptionError extends errorKind('InvalidOptionError', 'INVALID_OPTION', false) {}

/** Parameters, state or settings do not fit; user logic may throw it, too. Answered as a configuration failure. */
export class ConfigurationError extends errorKind('ConfigurationError', 'CONFIGURATION', false) {}

/** A permission is missing; user logic may throw it, too. Answered as a permission failure. */
export class PermissionError extends errorKind('PermissionError', 'PERMISSION', false) {}

/** Something that the logic needs is not available; user logic may throw it. Answered as an unavailability. */
export class UnavailableError extends errorKind('UnavailableError', 'UNAVAILABLE', false) {}

/**
 * User logic asks to be run again: throw it, and nothing is answered; the delivery is retried by Lambda (an
 * asynchronous event twice, after about one and two minutes) or the queue, and answered as failed with this error's
 * message when the tries are used up.
 */
export class RetryableError extends errorKind('RetryableError', 'RETRYABLE', true) {}

/** User logic did not end within the time that the function leaves it. Answered as a failure. */
export class DeadlineError extends errorKind('DeadlineError', 'DEADLINE', false) {}

/** User logic returned something that is no outcome, or one that cannot be reported. Answered as a failure. */
export class InvalidOutcomeError extends errorKind('InvalidOutcomeError', 'INVALID_OUTCOME', false) {}

/**
 * A text is not an encoded callback, is one of a service or version that this copy does not know, or one of which the
 * ledger has no entry.
 */
export class InvalidCallbackError extends errorKind('InvalidCallbackError', 'INVALID_CALLBACK', false) {}

/** Another invocation works on the same delivery. Thrown, so that Lambda or the queue delivers again later. */
export class InProgressError extends errorKind('InProgressError', 'IN_PROGRESS', true) {}

/**
 * A process died in the moment of its acknowledgement, so that nobody can tell whose the job is. Thrown, so that the
 * delivery comes again when it may be known.
 */
export class AcknowledgementInDoubtError extends errorKind(
  'AcknowledgementInDoubtError',
  'ACKNOWLEDGEMENT_IN_DOUBT',
  true,
) {}

/** The ledger could not be read or written within its retries. Thrown, so that the delivery comes again. */
export class LedgerError extends errorKind('LedgerError', 'LEDGER', true) {}

/** The decision stands in the ledger but could not be reported. Thrown, so that it is reported again. */
export class AnswerNotGivenError extends errorKind('AnswerNotGivenError', 'ANSWER_NOT_GIVEN', true) {}

/** The errors that may leave a function: all but those whose message belongs to an artifact. */
const LEAVING = [
  AcknowledgementInDoubtError,
  AnswerNotGivenError,
  ConfigurationError,
  DeadlineError,
  InProgressError,
  InvalidCallbackError,
  InvalidEventError,
  InvalidOptionError,
  InvalidOutcomeError,
  LedgerError,
  PermissionError,
  RetryableError,
  UnavailableError,
];

/** A new error of a code, with this message and nothing else. */
export function errorOfCode(code: RingbackErrorCode, message: string): Error {
  const Kind = LEAVING.find((kind) => kind.code === code);
  return Kind === undefined ? new Error(message) : new Kind(message);
}
