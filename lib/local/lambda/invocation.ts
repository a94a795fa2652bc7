/** One event on its way into an environment. */
export interface Invocation {
  readonly requestId: string;
  /** Counts from 1 over Lambda's own retries. */
  readonly attempt: number;
  /** The event as JSON text. */
  readonly payload: string;
  /** What the caller tells of itself, as JSON text. */
  readonly clientContext?: string;
  /** The ARN as the caller gave it, with its qualifier if it had one. */
  readonly invokedArn: string;
}

/** How a function failed; what a caller reads as the payload of `FunctionError: Unhandled`. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** How one invocation ended. */
export interface InvocationOutcome {
  /** The result, or the failure, as JSON text. */
  readonly payload: string;
  readonly failure?: FunctionFailure;
  /** The last lines of the invocation's log, with those that Lambda writes itself, at most 4 KB. */
  readonly logTail: string;
  /** From the hand-out to the end, init included, in milliseconds. */
  readonly durationMs: number;
  readonly coldStart: boolean;
  /**
   * The most memory that the environment has held, over all its invocations as Lambda's own reports have it, in MiB;
   * undefined where the system does not tell.
   */
  readonly peakMemoryMb?: number;
}

/** The failure of a process that ended before it answered. `Runtime.ExitError`, as the service words it. */
export function exitFailure(requestId: string, code: number | null, signal: NodeJS.Signals | null): FunctionFailure {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: ${exitReason(code, signal)}`,
  };
}

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNAL_WORDS[signal] ?? signal.toLowerCase()}`;
  if (code === 0) return 'Runtime exited without providing a reason';
  return `Runtime exited with error: exit status ${code}`;
}

const SIGNAL_WORDS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

/** The failure of an invocation that ran past its function's timeout. */
export function timeoutFailure(requestId: string, seconds: number): FunctionFailure {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  };
}

/** The failure of an invocation whose environment used more memory than the function has. */
export function outOfMemoryFailure(requestId: string): FunctionFailure {
  return {
    errorType: 'Runtime.OutOfMemory',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  };
}

/** The failure of an invocation whose response is over the limit. */
export function responseTooLargeFailure(limit: number): FunctionFailure {
  return {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${limit} bytes).`,
  };
}
