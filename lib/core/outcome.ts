import { checkOptions } from './check-options.ts';
import type { End } from './decision.ts';
import { type Duration, LONGEST_DURATION_MS, toMilliseconds } from './duration.ts';
import { InvalidOptionError } from './errors.ts';
import { describeError } from './failure.ts';
import type { Json } from './json.ts';
import type { Execution } from './runner.ts';

/** The work is done. `details` are what the service can carry beside the bare success. */
export interface Succeeded<Details = object> {
  readonly kind: 'succeeded';
  readonly details: Details;
}

/** The work cannot be done. */
export interface Failed<Details = object> {
  readonly kind: 'failed';
  /** For a person: what went wrong. Fitted to the service's limit, keeping the end. */
  readonly reason: string;
  readonly details: Details;
}

/** The work goes on later: the logic runs again with this state. */
export interface Continued {
  readonly kind: 'continued';
  readonly delayMs: number;
  readonly state: Json;
  readonly details: object;
}

/** Somebody else answers, by `complete(callback, outcome)`. */
export interface Deferred {
  readonly kind: 'deferred';
  readonly withinMs: number;
  /** How long it may go unheard of; as long as `withinMs` where it is absent. */
  readonly silenceMs?: number | undefined;
  readonly details: object;
  /** What works meanwhile, and is stopped where the answer comes from elsewhere; absent where Ringback started nothing. */
  readonly execution?: Execution | undefined;
}

/** What user logic returns; nothing at all means `succeed()`. */
export type Outcome<SuccessDetails = object, FailureDetails = object> =
  | Succeeded<SuccessDetails>
  | Failed<FailureDetails>
  | Continued
  | Deferred;

/** What user logic may return: an outcome, or nothing, which means success. */
export type LogicResult<SuccessDetails = object, FailureDetails = object> =
  | Outcome<SuccessDetails, FailureDetails>
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: TypeScript types a function without a return as void, and takes it for no function that returns undefined
  | void;

/** The work is done. @throws InvalidOptionError when `details` is not an object */
export function succeed<Details extends object = object>(details?: Details): Succeeded<Details> {
  checkDetails('succeed', details);
  return { kind: 'succeeded', details: details ?? ({} as Details) };
}

/**
 * The work cannot be done. `reason` is what a person reads in the console; of an error its message is taken.
 *
 * @throws InvalidOptionError when the reason is a promise, or `details` is not an object
 */
export function fail<Details extends object = object>(reason: string | Error, details?: Details): Failed<Details> {
  if (typeof (reason as Partial<PromiseLike<unknown>> | undefined)?.then === 'function') {
    throw new InvalidOptionError('fail takes a text or an error, but got a promise: await it');
  }
  checkDetails('fail', details, reason);
  return {
    kind: 'failed',
    // From JavaScript it may be missing; the service then says so.
    reason: reason ? describeError(reason) : '',
    details: details ?? ({} as Details),
  };
}

/**
 * {@link fail} of a service whose failures carry these details alone.
 *
 * @throws InvalidOptionError for any other
 */
export function failWithin<Details extends object>(
  known: readonly (keyof Details & string)[],
  reason: string | Error,
  details: Details | undefined,
): Failed<Details> {
  const failed = fail(reason, details);
  const unknown = Object.keys(failed.details).find((name) => !known.some((one) => one === name));
  if (unknown === undefined) return failed;
  throw new InvalidOptionError(
    `fail has no detail ${JSON.stringify(unknown)}; it has ${known.join(', ')}${insteadOf(reason)}`,
  );
}

/**
 * Run the logic again after a delay, with this state.
 *
 * @param delay - at least; the service may take longer (CodePipeline comes back after about 30 seconds)
 * @param state - any JSON value; the logic finds it as `job.state` (or `step.state`, ...)
 * @throws InvalidOptionError when the delay is no duration, or the details are no object
 */
export function continueAfter(delay: Duration, state: Json = null, details: object = {}): Continued {
  checkDetails('continueAfter', details);
  return { kind: 'continued', delayMs: toMilliseconds(delay), state, details };
}

/**
 * Leave the answer to somebody else: whoever calls `complete` with the task's callback, from any process.
 *
 * @param options - `within`: how long to wait before the answer is "failed"; `silence`: how long between two signs of life,
 * which `ringback progress` gives
 * @throws InvalidOptionError when either is no duration, an option is unknown, or the details are no object
 */
export function defer(
  options: { readonly within: Duration; readonly silence?: Duration | undefined },
  details: object = {},
): Deferred {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidOptionError(`defer takes { within: { hours: 1 } }, say, but got ${nameOfType(options)}`);
  }
  checkOptions('defer', options, ['within', 'silence']);
  checkDetails('defer', details);
  const { within, silence } = options;
  const heard = silence === undefined ? {} : { silenceMs: toMilliseconds(silence) };
  return { kind: 'deferred', withinMs: toMilliseconds(within), ...heard, details };
}

/** Tells whether user logic returned an outcome, whole. */
export function isOutcome(value: unknown): value is Outcome {
  const { kind, reason, delayMs, withinMs, silenceMs } = (value ?? {}) as Partial<Record<string, unknown>>;
  switch (kind) {
    case 'succeeded':
      return true;
    case 'failed':
      return typeof reason === 'string';
    case 'continued':
      return isDelay(delayMs);
    case 'deferred':
      return isDelay(withinMs) && (silenceMs === undefined || isDelay(silenceMs));
    default:
      return false;
  }
}

/** How work ended that came to this outcome. */
export function endOf(outcome: Succeeded | Failed): End {
  const details = { ...outcome.details };
  if (outcome.kind === 'succeeded') return { kind: 'succeeded', details };
  return { kind: 'failed', reason: outcome.reason, category: 'failed', details };
}

/** @throws InvalidOptionError */
function checkDetails(name: string, details: unknown, reason?: unknown): void {
  if (details === undefined || (typeof details === 'object' && !Array.isArray(details))) return;
  throw new InvalidOptionError(
    `${name} takes an object of details, but got ${nameOfType(details)}${insteadOf(reason)}`,
  );
}

/** The reason of a failure that is refused for its details: people still want to read it. */
function insteadOf(reason: unknown): string {
  return reason ? `; the reason was: ${describeError(reason)}` : '';
}

function isDelay(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_DURATION_MS;
}

function nameOfType(value: unknown): string {
  return Array.isArray(value)
    ? 'an array'
    : value === null || value === undefined
      ? String(value)
      : `a ${typeof value}`;
}
