import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Lease } from './environment-pool.ts';
import type { FunctionFailure, InvocationOutcome } from './invocation.ts';
import type { LambdaFaults } from './lambda-faults.ts';
import type { InvocationTarget } from './local-function.ts';

/** One event for a target. */
export interface InvocationRequest {
  readonly requestId: string;
  /** Counts from 1 over Lambda's own retries. */
  readonly attempt: number;
  /** The event as JSON text. */
  readonly payload: string;
  /** What the caller tells of itself, as JSON text. */
  readonly clientContext?: string;
}

/** Runs an event in an environment; `undefined` when the function is throttled. */
export type Invoker = (target: InvocationTarget, request: InvocationRequest) => Promise<InvocationOutcome> | undefined;

/** Creates the one way by which events reach environments. The clock is held while one is under way, init included. */
export function createInvoker(kernel: Kernel, faults: LambdaFaults = {}): Invoker {
  async function run(target: InvocationTarget, request: InvocationRequest, lease: Lease): Promise<InvocationOutcome> {
    const { functionName, memorySizeMb: limitMb } = target.fn.definitionOf(target.version);
    const { attempt, requestId, payload } = request;
    const letClockGo = kernel.clock.hold();
    const startedAt = kernel.clock.now();
    try {
      kernel.events.emit('invocation', { functionName, requestId, attempt, event: JSON.parse(payload) });
      let outcome: InvocationOutcome;
      try {
        const environment = await lease.environment;
        const { id: environmentId } = environment;
        kernel.events.emit('environment', { functionName, requestId, attempt, environmentId });
        outcome = struck(await environment.invoke({ ...request, invokedArn: target.arn }), request);
      } catch (error) {
        outcome = notStarted(error, Math.round(kernel.clock.now() - startedAt));
      }
      kernel.events.emit('invocationEnd', {
        functionName,
        requestId,
        attempt,
        durationMs: outcome.durationMs,
        coldStart: outcome.coldStart,
        ...(outcome.peakMemoryMb === undefined ? {} : { memory: { peakMb: outcome.peakMemoryMb, limitMb } }),
        ...(outcome.failure === undefined ? { result: parsed(outcome.payload) } : { error: outcome.failure }),
      });
      return outcome;
    } finally {
      letClockGo();
      lease.release();
    }

    function struck(outcome: InvocationOutcome, { requestId }: InvocationRequest): InvocationOutcome {
      if (outcome.failure !== undefined) return outcome;
      const replaced = faults.onResult?.({ functionName, requestId, event: JSON.parse(payload) });
      return replaced === undefined ? outcome : { ...outcome, payload: replaced };
    }
  }

  return (target, request) => {
    const lease = target.fn.pool.acquire(target.version);
    return lease === undefined ? undefined : run(target, request, lease);
  };
}

/** An environment that could not be started at all, such as one whose role does not exist. */
function notStarted(error: unknown, durationMs: number): InvocationOutcome {
  const failure: FunctionFailure = {
    errorType: error instanceof AwsError ? error.code : 'ServiceException',
    errorMessage: error instanceof Error ? error.message : String(error),
  };
  return { payload: JSON.stringify(failure), failure, logTail: '', durationMs, coldStart: true };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
