import { AwsCallError } from './aws-call-error.ts';
import type { AwsConnection } from './connection.ts';
import { callJson, type JsonServiceId } from './json-call.ts';
import type { TimeSource } from './time-source.ts';

/** How long a call is tried, and how. */
export interface CallLimits {
  /** The end of the last try, in milliseconds since the epoch; none but a first one begins after it. */
  readonly until: number;
  readonly time: TimeSource;
  /** One try ends after this many milliseconds, or sooner where `until` comes first. @defaultValue 5000 */
  readonly tryMs?: number;
  /**
   * Whether no try but the first begins with less than the whole time of one: for calls that take something away, such as
   * an offer of jobs, which is lost when the call is cut short. @defaultValue false
   */
  readonly wholeTries?: boolean;
  /** Whether the same call may succeed later. @defaultValue as `AwsCallError.retryable` says */
  readonly isRetryable?: (error: unknown) => boolean;
  /** Is told before each try but the first, with what the one before met. */
  readonly onRetry?: ((error: unknown) => void) | undefined;
}

/** One try ends here, in milliseconds, where nothing else is said: a lost packet must not eat the deadline. */
export const TRY_MS = 5_000;
/** A call that comes too late is tried all the same, for this long, in milliseconds: somebody may answer at once. */
const LATE_TRY_MS = 1_000;
/** The ceiling of the first wait, and the highest one, in milliseconds; it doubles with each try. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

/**
 * The one door out: calls an operation of an AWS JSON API until it works, is not worth another try, or time is up.
 *
 * Every try is bounded by the time that is left. Between tries it waits with full jitter, because functions that were
 * throttled at the same moment must not come back at the same moment, and at least as long as the service asks.
 *
 * @throws AwsCallError: the service's last answer, or how the last try failed where it never answered
 */
export function callUntil(
  connection: AwsConnection,
  api: JsonServiceId,
  operation: string,
  input: unknown,
  limits: CallLimits,
): Promise<unknown> {
  return tryUntil((signal) => callJson(connection, api, operation, input, { signal }), limits);
}

/** {@link callUntil} for what is no JSON API: `attempt` makes one try and ends it when its signal aborts. */
export async function tryUntil<Value>(
  attempt: (signal: AbortSignal) => Promise<Value>,
  { until, time, tryMs = TRY_MS, wholeTries = false, isRetryable = mayPass, onRetry }: CallLimits,
): Promise<Value> {
  let answer: AwsCallError | undefined;
  const lastBegin = wholeTries ? until - tryMs : until;
  for (let number = 1; ; number++) {
    try {
      const leftMs = until - time.now();
      return await boundedBy(Math.min(tryMs, leftMs > 0 ? leftMs : LATE_TRY_MS), attempt);
    } catch (error) {
      if (error instanceof AwsCallError && error.status > 0) answer = error;
      const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (number - 1));
      const asked = error instanceof AwsCallError ? (error.retryAfterMs ?? 0) : 0;
      // A dead connection says nothing of the service. It is a try of its own all the same: the request may have arrived.
      const isAtOnce = error instanceof AwsCallError && error.onDeadConnection;
      const waitMs = isAtOnce ? 0 : Math.max(asked, time.random() * ceiling);
      if (!isRetryable(error)) throw error;
      // What the service said is worth more to people than that the last try, cut short by the end, heard nothing.
      if (time.now() + waitMs >= lastBegin) throw answer ?? error;
      if (!isAtOnce) await time.sleep(waitMs);
      onRetry?.(error);
    }
  }
}

async function boundedBy<Value>(ms: number, attempt: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${Math.round(ms)} ms`)), ms);
  try {
    return await attempt(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof AwsCallError && error.retryable;
}
