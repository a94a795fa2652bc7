import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ActionRunner } from './action-runner.ts';
import {
  type ExecutionTrigger,
  isEnded,
  type PipelineExecution,
  type PipelineExecutionStatus,
  type SourceRevisionOverride,
  type StageExecutionStatus,
} from './execution.ts';
import { actionGroups, type StageDeclaration } from './pipeline.ts';
import type { PipelineRecord } from './pipeline-store.ts';
import type { StateNotices } from './state-notices.ts';
import { EXECUTION_NAMESPACE, PIPELINE_NAMESPACE } from './variables.ts';

/** What an execution starts with. */
export interface StartOptions {
  readonly trigger: ExecutionTrigger;
  readonly variables?: Readonly<Record<string, string>>;
  readonly sourceRevisions?: readonly SourceRevisionOverride[];
}

/** Which actions of a failed stage run again. */
export type RetryMode = 'FAILED_ACTIONS' | 'ALL_ACTIONS';

/** Drives executions through the stages of their pipelines. */
export interface ExecutionEngine {
  start(record: PipelineRecord, options: StartOptions): PipelineExecution;
  /** Runs a failed stage again, and those after it. */
  retry(record: PipelineRecord, execution: PipelineExecution, stage: StageDeclaration, mode: RetryMode): void;
  /** Lets running actions end (or abandons them), and starts no more. */
  stop(record: PipelineRecord, execution: PipelineExecution, abandon: boolean, reason?: string): void;
  /** Marks an execution that a newer one has overtaken. */
  supersede(execution: PipelineExecution, by: PipelineExecution): void;
  /** Resolves when the execution has come to its end. */
  ended(execution: PipelineExecution): Promise<void>;
}

/** What the engine works with. */
export interface EngineParts {
  readonly kernel: Kernel;
  readonly notices: StateNotices;
  readonly runAction: ActionRunner;
}

/** Creates the engine. */
export function createExecutionEngine({ kernel, notices, runAction }: EngineParts): ExecutionEngine {
  const waiters = new Map<PipelineExecution, (() => void)[]>();

  function end(execution: PipelineExecution, status: PipelineExecutionStatus, summary?: string): void {
    execution.status = status;
    execution.lastUpdateTime = kernel.clock.now();
    if (summary !== undefined) execution.statusSummary = summary;
    notices.pipeline(execution, status.toUpperCase(), summary);
    for (const tell of waiters.get(execution) ?? []) tell();
    waiters.delete(execution);
  }

  async function advance(record: PipelineRecord, execution: PipelineExecution, from: number, mode?: RetryMode) {
    for (const [index, stage] of record.declaration.stages.entries()) {
      if (index < from) continue;
      if (!(await record.gates.enter(stage.name, execution))) return;
      const again = index === from ? mode : undefined;
      const status = isStopping(execution) ? 'Stopped' : await runStage(execution, stage, again);
      record.gates.leave(stage.name, execution);
      if (status !== 'Succeeded') {
        end(execution, status === 'Failed' ? 'Failed' : 'Stopped', execution.stopReason);
        return;
      }
    }
    end(execution, isStopping(execution) ? 'Stopped' : 'Succeeded');
  }

  /** An action never rejects; what does is a defect here, and must not leave an execution open for ever. */
  function run(record: PipelineRecord, execution: PipelineExecution, from: number, mode?: RetryMode): void {
    advance(record, execution, from, mode).catch((error: unknown) => {
      end(execution, 'Failed', `the local cloud failed to run the execution: ${String(error)}`);
    });
  }

  async function runStage(execution: PipelineExecution, stage: StageDeclaration, again?: RetryMode) {
    mark(execution, stage.name, 'InProgress', again === undefined ? 'STARTED' : 'RESUMED');
    let status: StageExecutionStatus = 'Succeeded';
    for (const group of actionGroups(stage)) {
      const due =
        again === 'FAILED_ACTIONS' ? group.filter((action) => !succeeded(execution, stage, action.name)) : group;
      const runs = await Promise.all(due.map((action) => runAction(execution, stage.name, action)));
      if (isStopping(execution) || execution.abandon.signal.aborted) status = 'Stopped';
      else if (runs.some((run) => run.status !== 'Succeeded')) status = 'Failed';
      if (status !== 'Succeeded') break;
    }
    mark(execution, stage.name, status, status.toUpperCase());
    return status;
  }

  function mark(execution: PipelineExecution, stage: string, status: StageExecutionStatus, state: string): void {
    execution.stages.set(stage, status);
    execution.lastUpdateTime = kernel.clock.now();
    notices.stage(execution, stage, state);
  }

  return {
    start(record, options) {
      const execution = newExecution(kernel, record, options);
      record.executions.push(execution);
      notices.pipeline(execution, 'STARTED');
      run(record, execution, 0);
      return execution;
    },
    retry(record, execution, stage, mode) {
      execution.status = 'InProgress';
      execution.attempt++;
      execution.abandon = new AbortController();
      delete execution.statusSummary;
      delete execution.stopReason;
      notices.pipeline(execution, 'RESUMED');
      run(record, execution, record.declaration.stages.indexOf(stage), mode);
    },
    stop(record, execution, abandon, reason) {
      const waiting = !execution.actions.some((action) => action.status === 'InProgress');
      const first = execution.status !== 'Stopping';
      execution.status = 'Stopping';
      if (reason !== undefined) execution.stopReason = reason;
      if (first) notices.pipeline(execution, 'STOPPING', reason);
      if (abandon) execution.abandon.abort();
      if (!waiting) return;
      const standing = record.declaration.stages.some((stage) => record.gates.waiting(stage.name).includes(execution));
      record.gates.withdraw(execution);
      if (standing) end(execution, 'Stopped', execution.stopReason);
    },
    supersede(execution, by) {
      end(execution, 'Superseded', `superseded by execution ${by.id}`);
    },
    ended(execution) {
      if (isEnded(execution)) return Promise.resolve();
      return new Promise((resolve) => waiters.set(execution, [...(waiters.get(execution) ?? []), resolve]));
    },
  };
}

/** A function of its own, because the state changes while the caller waits. */
function isStopping(execution: PipelineExecution): boolean {
  return execution.status === 'Stopping';
}

function succeeded(execution: PipelineExecution, stage: StageDeclaration, action: string): boolean {
  const runs = execution.actions.filter((run) => run.stageName === stage.name && run.action.name === action);
  return runs.at(-1)?.status === 'Succeeded';
}

function newExecution(kernel: Kernel, record: PipelineRecord, options: StartOptions): PipelineExecution {
  const id = kernel.uuid();
  const pipeline = record.declaration;
  const variables = resolveVariables(record, options.variables ?? {});
  const now = kernel.clock.now();
  return {
    id,
    pipeline,
    pipelineArn: record.arn,
    trigger: options.trigger,
    variables,
    sourceRevisions: options.sourceRevisions ?? [],
    startTime: now,
    lastUpdateTime: now,
    order: record.executions.length,
    status: 'InProgress',
    attempt: 1,
    stages: new Map(),
    artifacts: new Map(),
    namespaces: new Map([
      [EXECUTION_NAMESPACE, { PipelineExecutionId: id }],
      ...(pipeline.pipelineType === 'V2' ? ([[PIPELINE_NAMESPACE, variables]] as const) : []),
    ]),
    actions: [],
    abandon: new AbortController(),
  };
}

function resolveVariables(record: PipelineRecord, given: Readonly<Record<string, string>>): Record<string, string> {
  const { declaration } = record;
  for (const name of Object.keys(given)) {
    if (declaration.variables.some((variable) => variable.name === name)) continue;
    throw new AwsError(
      'ValidationException',
      `pipeline ${declaration.name} (type ${declaration.pipelineType}) declares no variable ${name}: declare it under Variables or leave it out`,
    );
  }
  return Object.fromEntries(
    declaration.variables.map(({ name, defaultValue }) => {
      const value = given[name] ?? defaultValue;
      if (value !== undefined) return [name, value];
      throw new AwsError(
        'ValidationException',
        `pipeline ${declaration.name}: variable ${name} has no default value, and none was given: pass one in variables`,
      );
    }),
  );
}
