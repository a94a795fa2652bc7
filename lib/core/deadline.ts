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

/** How much time to keep for the answer, given how long the ledger took just now; all in milliseconds. */
export function answerMargin(availableMs: number, ledgerLatencyMs: number): number {
  return Math.min(Math.max(MARGIN_FLOOR_MS, LATENCY_FACTOR * ledgerLatencyMs), MARGIN_SHARE * availableMs);
}

/** Starts the deadline of one invocation. */
export function startDeadline(context: InvocationContext, marginMs: number): Deadline {
  const controller = new AbortController();
  const availableMs = context.getRemainingTimeInMillis();
  const remainingMs = () => Math.max(0, context.getRemainingTimeInMillis() - marginMs);
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<DeadlineError>((resolve) => {
    timer = setTimeout(() => {
      const error = new DeadlineError(
        `did not end within ${(Math.max(0, availableMs - marginMs) / 1000).toFixed(1)} s, all that the function's timeout leaves it; give ${context.functionName} a longer timeout, or answer with continueAfter`,
      );
      resolve(error);
      controller.abort(error);
    }, remainingMs());
  });
  return { signal: controller.signal, remainingMs, passed, clear: () => clearTimeout(timer) };
}
