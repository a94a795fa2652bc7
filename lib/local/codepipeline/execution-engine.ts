import type { Kernel } from '../kernel/kernel.ts';
import type { RetryMode } from './conditions/condition.ts';
import { type ExecutionTrigger, isEnded, type PipelineExecution, type PipelineExecutionStatus } from './execution.ts';
import { newExecution, newRollback, type StartOptions } from './new-execution.ts';
import type { StageDeclaration } from './pipeline.ts';
import type { PipelineRecord } from './pipeline-store.ts';
import { rollbackTarget } from './rollback-target.ts';
import type { StageRunner } from './stage-runner.ts';
import type { StateNotices } from './state-notices.ts';

/** Drives executions through the stages of their pipelines. */
export interface ExecutionEngine {
  start(record: PipelineRecord, options: StartOptions): PipelineExecution;
  /** Runs a failed stage again, and those after it. */
  retry(record: PipelineRecord, execution: PipelineExecution, stage: StageDeclaration, mode: RetryMode): void;
  /** Runs one stage again with the artifacts and variables of an earlier execution. */
  rollBack(
    record: PipelineRecord,
    stage: StageDeclaration,
    target: PipelineExecution,
    trigger: ExecutionTrigger,
  ): PipelineExecution;
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
  readonly runStage: StageRunner;
}

/** Creates the engine. */
export function createExecutionEngine({ kernel, notices, runStage }: EngineParts): ExecutionEngine {
  const waiters = new Map<PipelineExecution, (() => void)[]>();

  function end(execution: PipelineExecution, status: PipelineExecutionStatus, summary?: string): void {
    execution.status = status;
    execution.lastUpdateTime = kernel.clock.now();
    if (summary !== undefined) execution.statusSummary = summary;
    notices.pipeline(execution, status.toUpperCase(), summary);
    for (const tell of waiters.get(execution) ?? []) tell();
    waiters.delete(execution);
  }

  async function advance(record: PipelineRecord, execution: PipelineExecution, way: Way) {
    for (const [index, stage] of record.declaration.stages.entries()) {
      if (index < way.from || (way.only === true && index > way.from)) continue;
      if (!(await record.gates.enter(stage.name, execution))) return;
      if (isStopping(execution)) {
        record.gates.leave(stage.name, execution);
        break;
      }
      const again = index === way.from ? way.mode : undefined;
      const { status, rollback, summary } = await runStage(execution, stage, again);
      record.gates.leave(stage.name, execution);
      if (status === 'Succeeded' || status === 'Skipped') continue;
      end(execution, status === 'Failed' ? 'Failed' : 'Stopped', summary ?? execution.stopReason);
      if (rollback) rollBackAfter(record, execution, stage);
      return;
    }
    end(execution, isStopping(execution) ? 'Stopped' : 'Succeeded', execution.stopReason);
  }

  function rollBackAfter(record: PipelineRecord, execution: PipelineExecution, stage: StageDeclaration): void {
    // What a rollback runs has succeeded before; if it fails now, there is nothing better to go back to.
    if (execution.rollbackTarget !== undefined) return;
    const target = rollbackTarget(record, stage.name, execution);
    if (target === undefined) {
      kernel.events.emit('notice', {
        message: `stage ${stage.name} of pipeline ${record.declaration.name} cannot be rolled back: no earlier execution has succeeded in it`,
      });
      return;
    }
    engine.rollBack(record, stage, target, {
      triggerType: 'AutomatedRollback',
      triggerDetail: JSON.stringify({ FailedPipelineExecutionId: execution.id }),
    });
  }

  /** An action never rejects; what does is a defect here, and must not leave an execution open for ever. */
  function run(record: PipelineRecord, execution: PipelineExecution, way: Way): void {
    advance(record, execution, way).catch((error: unknown) => {
      end(execution, 'Failed', `the local cloud failed to run the execution: ${String(error)}`);
    });
  }

  const engine: ExecutionEngine = {
    start(record, options) {
      const execution = newExecution(kernel, record, options);
      record.executions.push(execution);
      notices.pipeline(execution, 'STARTED');
      run(record, execution, { from: 0 });
      return execution;
    },
    retry(record, execution, stage, mode) {
      execution.status = 'InProgress';
      execution.attempt++;
      execution.abandon = new AbortController();
      delete execution.statusSummary;
      delete execution.stopReason;
      notices.pipeline(execution, 'RESUMED');
      const { manual = 0, automated = 0 } = execution.retries.get(stage.name) ?? {};
      execution.retries.set(stage.name, { manual: manual + 1, automated, latest: 'ManualStageRetry' });
      run(record, execution, { ...wayFrom(record, stage, execution), mode });
    },
    rollBack(record, stage, target, trigger) {
      const execution = newRollback(kernel, record, target, trigger);
      record.executions.push(execution);
      notices.pipeline(execution, 'STARTED');
      run(record, execution, wayFrom(record, stage, execution));
      return execution;
    },
    stop(record, execution, abandon, reason) {
      const isRunning = ({ status }: { readonly status: string }) => status === 'InProgress';
      const waiting = !execution.actions.some(isRunning) && !execution.conditions.some(isRunning);
      const first = execution.status !== 'Stopping';
      execution.status = 'Stopping';
      if (reason !== undefined) execution.stopReason = reason;
      if (first) notices.pipeline(execution, 'STOPPING', reason);
      if (abandon) execution.abandon.abort();
      if (!waiting) return;
      // Of any stage: the pipeline may have changed since it began.
      if (record.gates.withdraw(execution)) end(execution, 'Stopped', execution.stopReason);
    },
    supersede(execution, by) {
      end(execution, 'Superseded', `superseded by execution ${by.id}`);
    },
    ended(execution) {
      if (isEnded(execution)) return Promise.resolve();
      return new Promise((resolve) => waiters.set(execution, [...(waiters.get(execution) ?? []), resolve]));
    },
  };
  return engine;
}

/** Which stages an execution runs: from this one on, or this one only. */
interface Way {
  readonly from: number;
  readonly only?: true;
  readonly mode?: RetryMode;
}

/** A rollback ends with its stage. */
function wayFrom(record: PipelineRecord, stage: StageDeclaration, { rollbackTarget: target }: PipelineExecution): Way {
  const from = record.declaration.stages.indexOf(stage);
  return target === undefined ? { from } : { from, only: true };
}

/** A function of its own, because the state changes while the caller waits. */
function isStopping(execution: PipelineExecution): boolean {
  return execution.status === 'Stopping';
}
