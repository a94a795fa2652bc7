import { fileURLToPath } from 'node:url';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { type CfnPipeline, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { ManualApprovalAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { CustomActionWorker } from 'ringback/infra';

/** The app's only stack. Its outputs name the pipeline and the dead-letter queue of its last resort. */
export const RACE_STACK = 'Race';

/**
 * An app with a job worker, and a pipeline whose executions run side by side, each with one job for it.
 *
 * @param entry - the worker's file; by default one that does its job at once
 * @param environment - what the worker's function is told
 */
export function synthesizeRace(
  folder: string,
  entry: string = fileURLToPath(new URL('fixtures/race-worker.ts', import.meta.url)),
  environment: Readonly<Record<string, string>> = {},
): string {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: folder });
  const stack = new Stack(app, RACE_STACK);
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
  new CfnOutput(stack, 'PipelineName', { value: pipeline.pipelineName });
  new CfnOutput(stack, 'DeadLetters', { value: worker.ringback.deadLetterQueue.queueArn });
  return app.synth().directory;
}
