import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { FunctionPort } from '../kernel/ports.ts';
import type { CallbackStore } from './callbacks.ts';
import type { Execution } from './execution.ts';
import { eventLocation, type FileLocation } from './file-location.ts';
import { StepError } from './step-error.ts';
import type { CustomStepDetails } from './workflow.ts';

/** How long a step waits that names no timeout, in seconds: the longest that one may name. The default is undocumented. */
export const DEFAULT_TIMEOUT_SECONDS = 1_800;

/** What a custom step works with. */
export interface CustomStepContext {
  readonly kernel: Kernel;
  readonly functions: FunctionPort;
  readonly callbacks: CallbackStore;
  readonly execution: Execution;
  /** The execution role. */
  readonly principal: Principal;
  readonly file: FileLocation;
  /** Aborts when the local cloud stops. */
  readonly signal: AbortSignal;
}

/** Hands the file to a function and waits for SendWorkflowStepState. @throws StepError, AwsError */
export async function runCustomStep(context: CustomStepContext, details: CustomStepDetails): Promise<void> {
  const { kernel, functions, callbacks, execution, principal, signal } = context;
  const target = details.Target ?? '';
  const seconds = details.TimeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const callback = callbacks.open(execution);
  const startedAt = kernel.clock.now();
  const timer = kernel.clock.after(seconds * 1000, () => callback.close());
  try {
    await functions.invokeEvent(target, JSON.stringify(stepEvent(context, callback.token)), { principal });
  } catch (error) {
    timer.cancel();
    callback.close();
    throw error;
  }
  kernel.events.emit('delivery', {
    service: 'transfer',
    callbackId: callback.callbackId,
    waiterId: callback.callbackId,
    eventId: execution.id,
    deadline: startedAt + seconds * 1000,
    functionName: target.split(':function:').at(1)?.split(':')[0] ?? target,
    detail: [execution.workflow.id, details.Name ?? 'CUSTOM'].join('/'),
  });
  const stop = () => callback.close();
  signal.addEventListener('abort', stop, { once: true });
  const state = await callback.answered;
  timer.cancel();
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  kernel.events.emit('answer', {
    service: 'transfer',
    callbackId: callback.callbackId,
    kind: state === 'SUCCESS' ? 'succeeded' : state === 'FAILURE' ? 'failed' : 'timedOut',
    detail: state === 'timedOut' ? `no answer within ${seconds} s` : '',
    waitedMs: kernel.clock.now() - startedAt,
  });
  if (state === 'timedOut') throw new StepError('TIMEOUT', `${target} gave no answer within ${seconds} s`);
  if (state === 'FAILURE') throw new StepError('CUSTOM_STEP_FAILED', 'the function answered FAILURE; its log says why');
}

/** The event of a custom step (user guide, "Use custom file-processing steps"). */
function stepEvent({ execution, file }: CustomStepContext, token: string): object {
  const { id, workflow, session } = execution;
  return {
    token,
    serviceMetadata: {
      executionDetails: { workflowId: workflow.id, executionId: id },
      transferDetails: { sessionId: session.sessionId, userName: session.userName, serverId: session.serverId },
    },
    fileLocation: eventLocation(file),
  };
}
