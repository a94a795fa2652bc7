import type { TimeSource } from '../aws/index.ts';
import { DeadlineError } from './errors.ts';

/** The part of Lambda's context that Ringback reads. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly logGroupName?: string;
  readonly invokedFunctionArn?: string;
  /**
   * How long an answer may be tried for when the time of the logic is over, in milliseconds. Lambda has none; a process
   * that lives on has.
   *
   * @defaultValue 0
   */
  readonly answerPatienceMs?: number;
  /**
   * How long one delivery may try to have a job acknowledged, in milliseconds: until then nothing is owed, so that it may
   * give up sooner.
   *
   * @defaultValue all of its time
   */
  readonly acknowledgePatienceMs?: number;
  /** Hears of each try to acknowledge or to answer that failed and is made again. */
  readonly onRetry?: (error: unknown) => void;
  getRemainingTimeInMillis(): number;
}

/** The moment at which user logic must stop, so that its answer can still be stored and given. */
export interface Deadline {
  /** Aborts with a DeadlineError when the moment has come. */
  readonly signal: AbortSignal;
  /** Milliseconds that user logic still has; 0 when it is over. */
  remainingMs(): number;
  /** Resolves with the error when the moment has come; never rejects. */
  readonly passed: Promise<DeadlineError>;
  /** Ends the timer. */
  clear(): void;
}

/** The least time kept for storing and reporting, in milliseconds, in functions of six seconds and more. */
export const MARGIN_FLOOR_MS = 1_500;
/** Never more than this part of the time there is. */
const MARGIN_SHARE = 0.25;
/** Storing and reporting are two calls; each gets this many times what the ledger's first call took. */
const LATENCY_FACTOR = 8;

/** The longest that a timer of Node's takes, in milliseconds: 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How much time to keep for the answer, given how long the ledger took just now; all in milliseconds. */
export function answerMargin(availableMs: number, ledgerLatencyMs: number): number {
  return Math.min(Math.max(MARGIN_FLOOR_MS, LATENCY_FACTOR * ledgerLatencyMs), MARGIN_SHARE * availableMs);
}

/**
 * Starts the deadline of one invocation.
 *
 * @param orElse - what else than a longer timeout would help, for the message
 * @param limit - what ends it where that is not the function's timeout, for the message: `the 30 s of a hook leave it;`
 */
export function startDeadline(
  context: InvocationContext,
  marginMs: number,
  orElse: string = 'answer with continueAfter',
  limit?: string,
): Deadline {
  const controller = new AbortController();
  const availableMs = context.getRemainingTimeInMillis();
  const remainingMs = () => Math.max(0, context.getRemainingTimeInMillis() - marginMs);
  const advice = limit ?? `the function's timeout leaves it; give ${context.functionName} a longer timeout, or`;
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<DeadlineError>((resolve) => {
    const end = () => {
      const error = new DeadlineError(
        `did not end within ${(Math.max(0, availableMs - marginMs) / 1000).toFixed(1)} s, all that ${advice} ${orElse}`,
      );
      resolve(error);
      controller.abort(error);
    };
    // A timer that is asked for more than it takes fires at once.
    const wait = () => {
      const ms = remainingMs();
      timer = ms > LONGEST_TIMER_MS ? setTimeout(wait, LONGEST_TIMER_MS) : setTimeout(end, ms);
    };
    wait();
  });
  return { signal: controller.signal, remainingMs, passed, clear: () => clearTimeout(timer) };
}

/** The moments of one attempt, in milliseconds since the epoch. */
export interface Times {
  readonly startedAt: number;
  /** The entry must be taken: no try for that begins after it, but the first of a call. */
  readonly takeUntil: number;
  /** The logic must have begun, so that it has time; later it is left to the next attempt. */
  readonly beginUntil: number;
  /** The lease of the attempt ends: a function cannot live longer. */
  readonly leaseUntil: number;
  /** The answer must be given. */
  readonly lastMoment: number;
}

/** Clocks of two machines may differ by this much; a lease is longer by it, in milliseconds. */
const LEASE_SLACK_MS = 1_000;
/** The part of the remaining time that taking the entry may need; the rest is for the logic and the answer. */
const TAKING_SHARE = 0.5;
/** The part of the remaining time that taking the entry and acknowledging a job may need together. */
const BEGINNING_SHARE = 0.75;
/**
 * Taking the entry needs no longer than this, in milliseconds. Where the ledger is down, three attempts and the last
 * resort's six have to be over within the 20 minutes that CodePipeline waits, also in a function of 15 minutes.
 */
const TAKING_LIMIT_MS = 30_000;
/** Kept back from every last try, in milliseconds, so that an error is thrown by us and not by the timeout. */
const EXIT_MARGIN_MS = 150;

/** The moments of an attempt that begins now. */
export function startTimes(context: InvocationContext, time: TimeSource): Times {
  const startedAt = time.now();
  const availableMs = context.getRemainingTimeInMillis();
  return {
    startedAt,
    takeUntil: startedAt + Math.min(availableMs * TAKING_SHARE, TAKING_LIMIT_MS),
    beginUntil: startedAt + availableMs * BEGINNING_SHARE,
    leaseUntil: startedAt + availableMs + LEASE_SLACK_MS,
    lastMoment: startedAt + availableMs + (context.answerPatienceMs ?? 0) - EXIT_MARGIN_MS,
  };
}
