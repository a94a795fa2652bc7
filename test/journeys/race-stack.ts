import { fileURLToPath } from 'node:url';
import { Duration, type Stack } from 'aws-cdk-lib';
import { type CfnPipeline, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { ManualApprovalAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { CustomActionWorker } from 'ringback/infra';

const RACE_WORKER = fileURLToPath(new URL('fixtures/race-worker.ts', import.meta.url));

/**
 * A stack with a job worker, and a pipeline whose executions run side by side, each with one job for it. Its outputs
 * name the pipeline and the dead-letter queue of the last resort.
 *
 * @param entry - the worker's file; by default one that does its job at once
 * @param environment - what the worker's function is told
 */
export const declareRace =
  (entry: string = RACE_WORKER, environment: Readonly<Record<string, string>> = {}) =>
  (stack: Stack) => {
    const worker = new CustomActionWorker(stack, 'Worker', {
      entry,
      environment,
      timeout: Duration.seconds(20),
      actionType: { category: 'Source', provider: 'Race', outputs: { max: 1 } },
    });
    const pipeline = new Pipeline(stack, 'Pipeline', {
      pipelineType: PipelineType.V2,
      artifactBucket: new Bucket(stack, 'Bucket') as IBucket,
      stages: [
        { stageName: 'Work', actions: [worker.action({ actionName: 'Job' })] },
        { stageName: 'End', actions: [new ManualApprovalAction({ actionName: 'Never' })] },
      ],
    });
    (pipeline.node.defaultChild as CfnPipeline).executionMode = 'PARALLEL';
    return { PipelineName: pipeline.pipelineName, DeadLetters: worker.ringback.deadLetterQueue.queueArn };
  };
