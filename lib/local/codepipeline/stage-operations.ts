import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Operation } from '../kernel/service.ts';
import { pipelineArn } from './arns.ts';
import type { ConditionType, RetryMode } from './conditions/condition.ts';
import { isEnded, type PipelineExecution } from './execution.ts';
import type { ExecutionEngine } from './execution-engine.ts';
import { isSameStructure } from './pipeline.ts';
import { executionOf, type PipelineRecord, type PipelineStore, stageOf } from './pipeline-store.ts';
import { checkRollback } from './rollback-target.ts';

interface StageInput {
  readonly pipelineName: string;
  readonly stageName: string;
}

interface RetryInput extends StageInput {
  readonly pipelineExecutionId: string;
  readonly retryMode: RetryMode;
}

interface RollbackInput extends StageInput {
  readonly targetPipelineExecutionId: string;
}

interface OverrideInput extends StageInput {
  readonly pipelineExecutionId: string;
  readonly conditionType: ConditionType;
}

interface TransitionInput extends StageInput {
  readonly transitionType: 'Inbound' | 'Outbound';
  readonly reason?: string;
}

/** The operations on a stage: retries, rollbacks, conditions, transitions. */
export function createStageOperations(parts: {
  readonly kernel: Kernel;
  readonly pipelines: PipelineStore;
  readonly engine: ExecutionEngine;
}): Record<string, Operation> {
  const { kernel, pipelines, engine } = parts;

  function setTransition(input: TransitionInput, enabled: boolean, changedBy: string): object {
    const record = pipelines.get(input.pipelineName);
    const stage = transitionTarget(record, input);
    record.gates.setTransition(stage, {
      enabled,
      lastChangedBy: changedBy,
      lastChangedAt: kernel.clock.now(),
      ...(enabled || input.reason === undefined ? {} : { disabledReason: input.reason }),
    });
    return {};
  }

  return {
    RetryStageExecution({ pipelineName, stageName, pipelineExecutionId, retryMode }: RetryInput, request) {
      request.authorize('codepipeline:RetryStageExecution', pipelineArn(kernel, pipelineName, stageName));
      const record = pipelines.get(pipelineName);
      const stage = stageOf(record, stageName);
      const execution = executionOf(record, pipelineExecutionId);
      const status = execution.stages.get(stageName);
      if (!isEnded(execution) || (status !== 'Failed' && status !== 'Stopped')) {
        throw new AwsError(
          'StageNotRetryableException',
          `Stage ${stageName} of execution ${execution.id} is ${status ?? 'not entered'}: only a failed or stopped stage can be retried`,
        );
      }
      requireLatest(record, stageName, execution);
      if (!isSameStructure(execution.pipeline, record.declaration)) {
        throw new AwsError(
          'StageNotRetryableException',
          `Stage ${stageName} of execution ${execution.id} cannot be retried: the pipeline has changed since the execution started; start a new one`,
        );
      }
      engine.retry(record, execution, stage, retryMode);
      return { pipelineExecutionId };
    },

    RollbackStage({ pipelineName, stageName, targetPipelineExecutionId }: RollbackInput, request) {
      request.authorize('codepipeline:RollbackStage', pipelineArn(kernel, pipelineName, stageName));
      const record = pipelines.get(pipelineName);
      const stage = stageOf(record, stageName);
      const target = executionOf(record, targetPipelineExecutionId);
      checkRollback(record, stageName, target);
      const { id } = engine.rollBack(record, stage, target, {
        triggerType: 'ManualRollback',
        triggerDetail: request.principal.arn,
      });
      return { pipelineExecutionId: id };
    },

    OverrideStageCondition({ pipelineName, stageName, pipelineExecutionId, conditionType }: OverrideInput, request) {
      request.authorize('codepipeline:OverrideStageCondition', pipelineArn(kernel, pipelineName, stageName));
      const record = pipelines.get(pipelineName);
      stageOf(record, stageName);
      const execution = executionOf(record, pipelineExecutionId);
      requireLatest(record, stageName, execution);
      const judged = execution.conditions.findLast(
        (condition) => condition.stageName === stageName && condition.type === conditionType,
      );
      if (judged?.override === undefined) {
        throw new AwsError(
          'ConditionNotOverridableException',
          `The condition ${conditionType} of stage ${stageName} is ${judged?.status ?? 'not judged'} in execution ${execution.id}: it can be overridden only while it is InProgress`,
        );
      }
      judged.override();
      return {};
    },

    EnableStageTransition(input: TransitionInput, { authorize, principal }) {
      authorize('codepipeline:EnableStageTransition', pipelineArn(kernel, input.pipelineName, input.stageName));
      return setTransition(input, true, principal.arn);
    },

    DisableStageTransition(input: TransitionInput, { authorize, principal }) {
      authorize('codepipeline:DisableStageTransition', pipelineArn(kernel, input.pipelineName, input.stageName));
      return setTransition(input, false, principal.arn);
    },
  };
}

function requireLatest(record: PipelineRecord, stageName: string, execution: PipelineExecution): void {
  // Executions of this mode are independent of one another.
  if (record.declaration.executionMode === 'PARALLEL' || record.gates.latest(stageName) === execution) return;
  throw new AwsError(
    'NotLatestPipelineExecutionException',
    `A later execution than ${execution.id} has entered stage ${stageName}`,
  );
}

/** The outbound transition of a stage is the inbound one of the next. */
function transitionTarget(record: PipelineRecord, { stageName, transitionType }: TransitionInput): string {
  const { stages } = record.declaration;
  const index = stages.indexOf(stageOf(record, stageName)) + (transitionType === 'Outbound' ? 1 : 0);
  const target = stages[index];
  if (target !== undefined && index > 0) return target.name;
  throw new AwsError('ValidationException', `stage ${stageName} has no ${transitionType} transition`);
}
