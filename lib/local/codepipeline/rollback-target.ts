import { AwsError } from '../kernel/aws-error.ts';
import type { PipelineExecution } from './execution.ts';
import { isSameStructure } from './pipeline.ts';
import type { PipelineRecord } from './pipeline-store.ts';

/**
 * The latest execution before a failed one that succeeded in the stage, in the pipeline as it is now; a rollback itself
 * never counts.
 */
export function rollbackTarget(
  record: PipelineRecord,
  stageName: string,
  failed: PipelineExecution,
): PipelineExecution | undefined {
  return record.executions
    .filter((execution) => execution.order < failed.order && isTarget(execution, stageName))
    .filter(({ pipeline }) => isSameStructure(pipeline, record.declaration))
    .at(-1);
}

/**
 * Refuses a rollback that CodePipeline would not begin.
 *
 * @throws AwsError UnableToRollbackStageException (user guide, considerations for rollbacks)
 */
export function checkRollback(record: PipelineRecord, stageName: string, target: PipelineExecution): void {
  const refuse = (why: string) => {
    throw new AwsError('UnableToRollbackStageException', `Stage ${stageName} cannot be rolled back: ${why}`);
  };
  if (record.declaration.pipelineType !== 'V2') refuse('only pipelines of type V2 have stage rollback');
  if (record.declaration.executionMode === 'PARALLEL') refuse('pipelines in PARALLEL mode have no stage rollback');
  if (record.declaration.stages[0]?.name === stageName) refuse('a source stage never can');
  if (target.rollbackTarget !== undefined) refuse(`execution ${target.id} is a rollback itself`);
  if (!isTarget(target, stageName)) {
    refuse(`execution ${target.id} has not succeeded in it, but is ${target.stages.get(stageName) ?? 'not entered'}`);
  }
  if (!isSameStructure(target.pipeline, record.declaration)) {
    refuse(`the pipeline has changed since execution ${target.id} started`);
  }
  if (record.gates.holder(stageName) !== undefined) refuse('it is running');
}

function isTarget(execution: PipelineExecution, stageName: string): boolean {
  return execution.rollbackTarget === undefined && execution.stages.get(stageName) === 'Succeeded';
}
