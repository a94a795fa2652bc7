import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { FunctionPort, ObjectPort } from '../kernel/ports.ts';
import type { CallbackStore } from './callbacks.ts';
import { runCustomStep } from './custom-step.ts';
import type { Execution, StepResult, UploadSession } from './execution.ts';
import { describeLocation, type FileLocation } from './file-location.ts';
import { runCopyStep, runDeleteStep, runTagStep } from './s3-steps.ts';
import { StepError, toStepError } from './step-error.ts';
import { variables } from './variables.ts';
import { detailsOf, stepName, type Workflow, type WorkflowStep } from './workflow.ts';

/** What an execution starts with. */
export interface ExecutionStart {
  readonly workflow: Workflow;
  readonly roleArn: string;
  readonly file: FileLocation;
  readonly session: UploadSession;
}

/** What executions run in. */
export interface EngineParts {
  readonly kernel: Kernel;
  readonly functions: FunctionPort;
  readonly objects: ObjectPort;
  readonly callbacks: CallbackStore;
}

/** Runs executions. */
export interface ExecutionEngine {
  /** Begins at once; the first step runs when the caller has given way. */
  start(start: ExecutionStart): Execution;
  /** Resolves when the execution has ended. */
  ended(execution: Execution): Promise<void>;
  /** Ends everything that runs, without an answer. */
  stop(): void;
}

/** Creates the engine. */
export function createExecutionEngine(parts: EngineParts): ExecutionEngine {
  const { kernel } = parts;
  const stopped = new AbortController();
  const runs = new Map<string, Promise<void>>();

  function tell(execution: Execution, state: string, detail: string, step?: WorkflowStep): void {
    const path = step === undefined ? [] : [execution.id, stepName(step)];
    kernel.events.emit('state', {
      service: 'transfer',
      resource: [execution.workflow.id, ...path].join('/'),
      state,
      detail,
    });
  }

  function enter(execution: Execution, status: Execution['status']): void {
    execution.status = status;
    tell(execution, status, execution.id);
  }

  /** Runs steps in order until one fails; gives the file that the failed or last one took. */
  async function runSteps(
    execution: Execution,
    steps: readonly WorkflowStep[],
    results: StepResult[],
    first: FileLocation,
  ): Promise<{ failed: boolean; file: FileLocation }> {
    let previous = first;
    for (const step of steps) {
      const original = detailsOf(step).SourceFileLocation === variables.originalFile;
      const file = original ? execution.initialFile : previous;
      const head = { stepType: step.Type, name: stepName(step) };
      tell(execution, 'STARTED', describeLocation(file), step);
      try {
        const { next, outputs } = await runStep(parts, execution, step, file, stopped.signal);
        results.push({ ...head, ...(outputs === undefined ? {} : { outputs }) });
        tell(execution, 'COMPLETED', step.Type, step);
        previous = next;
      } catch (thrown) {
        stopped.signal.throwIfAborted();
        const { type, message } = toStepError(thrown);
        results.push({ ...head, error: { type, message } });
        tell(execution, 'ERRORED', `${type}: ${message}`, step);
        return { failed: true, file };
      }
    }
    return { failed: false, file: previous };
  }

  async function run(execution: Execution): Promise<void> {
    const { workflow, initialFile } = execution;
    tell(execution, 'IN_PROGRESS', `${execution.session.userName} uploaded ${describeLocation(initialFile)}`);
    const { failed, file } = await runSteps(execution, workflow.steps, execution.steps, initialFile);
    if (!failed) {
      enter(execution, 'COMPLETED');
      return;
    }
    enter(execution, 'HANDLING_EXCEPTION');
    await runSteps(execution, workflow.onExceptionSteps, execution.onExceptionSteps, file);
    enter(execution, 'EXCEPTION');
  }

  return {
    start({ workflow, roleArn, file, session }) {
      const execution: Execution = {
        id: kernel.uuid(),
        workflow,
        roleArn,
        session,
        initialFile: file,
        status: 'IN_PROGRESS',
        steps: [],
        onExceptionSteps: [],
      };
      const running = Promise.resolve()
        .then(() => run(execution))
        // Only stopping the local cloud ends a run this way.
        .catch(() => {
          execution.status = 'EXCEPTION';
        });
      runs.set(execution.id, running);
      return execution;
    },
    ended: async (execution) => runs.get(execution.id),
    stop: () => stopped.abort(new Error('the local cloud stops')),
  };
}

async function runStep(
  parts: EngineParts,
  execution: Execution,
  step: WorkflowStep,
  file: FileLocation,
  signal: AbortSignal,
): Promise<{ readonly next: FileLocation; readonly outputs?: string }> {
  const principal: Principal = parts.kernel.identity.role(execution.roleArn);
  const context = { ...parts, execution, principal, file };
  switch (step.Type) {
    case 'COPY':
      return { next: await runCopyStep(context, step.CopyStepDetails ?? {}) };
    case 'TAG':
      return { next: file, outputs: runTagStep(context, step.TagStepDetails ?? {}) };
    case 'DELETE':
      runDeleteStep(context);
      return { next: file };
    case 'CUSTOM':
      // What the function writes is not handed on: the next step has the same file.
      await runCustomStep({ ...context, signal }, step.CustomStepDetails ?? {});
      return { next: file };
    case 'DECRYPT':
      throw new StepError('BAD_REQUEST', 'the local cloud does not simulate DECRYPT: it has no PGP keys');
  }
}
