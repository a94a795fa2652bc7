import { InvalidEventError } from '../errors.ts';
import { readText } from '../read-leniently.ts';

/** What is known of a delivery that a function failed on for good. */
export interface FailureRecord {
  /** The event as the function received it. */
  readonly payload: unknown;
  readonly functionName?: string | undefined;
  readonly requestId?: string | undefined;
  /** How often it was tried. */
  readonly attempts?: number | undefined;
  /** Lambda's word for why it gave up: `RetriesExhausted` or `EventAgeExceeded`. */
  readonly condition?: string | undefined;
  readonly errorType?: string | undefined;
  readonly errorMessage?: string | undefined;
}

/**
 * Reads the body of a queue message: the record of Lambda's on-failure destination, or the event itself, as a
 * dead-letter queue holds it.
 *
 * @throws InvalidEventError when it is not JSON
 */
export function readFailureRecord(body: string | object): FailureRecord {
  let payload: unknown;
  try {
    payload = typeof body === 'string' ? JSON.parse(body) : body;
  } catch {
    throw new InvalidEventError(`expected a message of JSON, but got ${String(body).length} characters that are not`);
  }
  const message = Object(payload) as Record<string, unknown>;
  if (message.requestContext === undefined || !('requestPayload' in message)) return { payload };
  const context = Object(message.requestContext) as Record<string, unknown>;
  const response = message.responsePayload as Record<string, unknown> | null | undefined;
  return {
    payload: message.requestPayload,
    functionName: /:function:([^:]+)/.exec(String(context.functionArn ?? ''))?.[1],
    requestId: readText(context.requestId),
    attempts: typeof context.approximateInvokeCount === 'number' ? context.approximateInvokeCount : undefined,
    condition: readText(context.condition),
    errorType: readText(response?.errorType),
    errorMessage: readText(response?.errorMessage),
  };
}

/** A sentence or two on what happened, for the person who reads the failure. */
export function whatHappened(record: FailureRecord, noun: string): string {
  const { functionName, requestId, attempts } = record;
  if (functionName === undefined) {
    return `the ${noun} was not answered: the function that it was handed to failed on it again and again`;
  }
  const tries = attempts !== undefined && attempts > 1 ? ` in ${attempts} attempts` : '';
  return `${functionName} ${howItEnded(record)}${tries} before it answered the ${noun}; request ${requestId ?? 'unknown'}, log group /aws/lambda/${functionName}`;
}

const LOAD_ERRORS =
  /^Runtime\.(ImportModuleError|HandlerNotFound|UserCodeSyntaxError|MalformedHandlerName|CallbackHandlerDeprecated|InvalidEntrypoint)$/;

/** Lambda's own words end so. It once told no type with them. */
const TIMED_OUT = /Task timed out after ([\d.]+) seconds\s*$/;
const TIMED_OUT_TYPES = ['', 'Sandbox.Timedout'];
const KILLED = /Runtime exited with error: signal: killed\s*$/;
const KILLED_TYPES = ['', 'Runtime.ExitError'];

/** The type says whose words the message is made of: those of an error of the logic may quote Lambda's. */
function howItEnded({ errorType = '', errorMessage = '', condition }: FailureRecord): string {
  if (errorType === 'RetryableError') return `gave up: ${errorMessage}`;
  if (errorType === 'Runtime.OutOfMemory') return 'ran out of memory or was killed';
  if (LOAD_ERRORS.test(errorType)) return `could not be loaded: ${errorType}: ${errorMessage}`;
  const timeout = TIMED_OUT_TYPES.includes(errorType) ? TIMED_OUT.exec(errorMessage)?.[1] : undefined;
  if (timeout !== undefined) return `timed out after ${Number(timeout)} s`;
  if (KILLED_TYPES.includes(errorType) && KILLED.test(errorMessage)) return 'ran out of memory or was killed';
  if (condition === 'EventAgeExceeded' && errorType === '')
    return 'could not be run within the maximum age of the event';
  if (errorType === '' && errorMessage === '') return 'ended without a word';
  return `failed with ${errorType || 'an error'}: ${errorMessage}`;
}
