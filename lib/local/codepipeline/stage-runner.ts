import type { Kernel } from '../kernel/kernel.ts';
import type { ActionRunner } from './action-runner.ts';
import type { RetryMode } from './conditions/condition.ts';
import type { ConditionJudge } from './conditions/judge-condition.ts';
import type { PipelineExecution, StageExecutionStatus } from './execution.ts';
import { actionGroups, type StageDeclaration } from './pipeline.ts';
import type { StateNotices } from './state-notices.ts';

/** How a stage has ended, and whether it is to be rolled back. */
export interface StageEnding {
  readonly status: StageExecutionStatus;
  readonly rollback: boolean;
  /** Which condition made it fail. */
  readonly summary?: string;
}

/** Runs one stage of an execution to its end; `again` says that it has run before, and which actions run again. */
export type StageRunner = (
  execution: PipelineExecution,
  stage: StageDeclaration,
  again: RetryMode | undefined,
) => Promise<StageEnding>;

/** What the runner of stages works with. */
export interface StageRunnerParts {
  readonly kernel: Kernel;
  readonly notices: StateNotices;
  readonly runAction: ActionRunner;
  readonly judge: ConditionJudge;
}

/** Creates the runner of stages: entry condition, actions, automated retry, and the condition for how they ended. */
export function createStageRunner({ kernel, notices, runAction, judge }: StageRunnerParts): StageRunner {
  function mark(execution: PipelineExecution, stage: string, status: StageExecutionStatus, state: string): void {
    execution.stages.set(stage, status);
    execution.lastUpdateTime = kernel.clock.now();
    notices.stage(execution, stage, state);
  }

  async function runActions(execution: PipelineExecution, stage: StageDeclaration, again?: RetryMode) {
    for (const group of actionGroups(stage)) {
      const due =
        again === 'FAILED_ACTIONS' ? group.filter((action) => !succeeded(execution, stage, action.name)) : group;
      const runs = await Promise.all(due.map((action) => runAction(execution, stage.name, action)));
      if (isStopped(execution)) return 'Stopped';
      if (runs.some((run) => run.status !== 'Succeeded')) return 'Failed';
    }
    return 'Succeeded';
  }

  async function enter(execution: PipelineExecution, stage: StageDeclaration, again?: RetryMode) {
    const condition = stage.beforeEntry?.conditions[0];
    // A stage that was entered before and runs its failed actions again is not entered anew.
    if (condition === undefined || (again === 'FAILED_ACTIONS' && hasRun(execution, stage))) return undefined;
    const { passed, summary } = await judge(execution, stage.name, 'BEFORE_ENTRY', condition);
    if (isStopped(execution)) return ending('Stopped');
    if (passed) return undefined;
    return condition.result === 'SKIP' ? ending('Skipped') : ending('Failed', summary);
  }

  async function afterSuccess(execution: PipelineExecution, stage: StageDeclaration): Promise<StageEnding> {
    const condition = stage.onSuccess?.conditions[0];
    if (condition === undefined) return ending('Succeeded');
    const { passed, summary } = await judge(execution, stage.name, 'ON_SUCCESS', condition);
    if (isStopped(execution)) return ending('Stopped');
    return passed ? ending('Succeeded') : { ...ending('Failed', summary), rollback: condition.result === 'ROLLBACK' };
  }

  async function afterFailure(execution: PipelineExecution, stage: StageDeclaration): Promise<StageEnding> {
    const { onFailure } = stage;
    if (onFailure === undefined) return ending('Failed');
    const condition = onFailure.conditions?.[0];
    let result = onFailure.result;
    // The automated retry comes first; the condition is judged when that has failed as well.
    if (condition !== undefined && !(result === 'RETRY' && mayRetry(execution, stage))) {
      const { passed } = await judge(execution, stage.name, 'ON_FAILURE', condition);
      if (isStopped(execution)) return ending('Stopped');
      result = passed ? 'FAIL' : condition.result;
    }
    if (result === 'RETRY' && mayRetry(execution, stage)) {
      return retry(execution, stage, onFailure.retryConfiguration?.retryMode ?? 'FAILED_ACTIONS');
    }
    if (result === 'SKIP') return ending('Skipped');
    return { ...ending('Failed'), rollback: result === 'ROLLBACK' };
  }

  /** CodePipeline retries a stage by itself once; what comes after is for the condition, or a person. */
  async function retry(execution: PipelineExecution, stage: StageDeclaration, mode: RetryMode): Promise<StageEnding> {
    const { manual = 0, automated = 0 } = execution.retries.get(stage.name) ?? {};
    execution.retries.set(stage.name, { manual, automated: automated + 1, latest: 'AutomatedStageRetry' });
    execution.attempt++;
    mark(execution, stage.name, 'Failed', 'FAILED');
    mark(execution, stage.name, 'InProgress', 'RESUMED');
    return settle(execution, stage, await runActions(execution, stage, mode));
  }

  function settle(execution: PipelineExecution, stage: StageDeclaration, status: StageExecutionStatus) {
    if (status === 'Succeeded') return afterSuccess(execution, stage);
    return status === 'Failed' ? afterFailure(execution, stage) : ending(status);
  }

  return async (execution, stage, again) => {
    mark(execution, stage.name, 'InProgress', again === undefined ? 'STARTED' : 'RESUMED');
    const refused = await enter(execution, stage, again);
    const result = refused ?? (await settle(execution, stage, await runActions(execution, stage, again)));
    mark(execution, stage.name, result.status, result.status.toUpperCase());
    return result;
  };
}

function ending(status: StageExecutionStatus, summary?: string): StageEnding {
  return { status, rollback: false, ...(summary === undefined ? {} : { summary }) };
}

/** A function of its own, because the state changes while the caller waits. */
function isStopped(execution: PipelineExecution): boolean {
  return execution.status === 'Stopping' || execution.abandon.signal.aborted;
}

function mayRetry(execution: PipelineExecution, stage: StageDeclaration): boolean {
  return (execution.retries.get(stage.name)?.automated ?? 0) === 0;
}

function hasRun(execution: PipelineExecution, stage: StageDeclaration): boolean {
  return execution.actions.some((run) => run.stageName === stage.name);
}

function succeeded(execution: PipelineExecution, stage: StageDeclaration, action: string): boolean {
  const runs = execution.actions.filter((run) => run.stageName === stage.name && run.action.name === action);
  return runs.at(-1)?.status === 'Succeeded';
}
