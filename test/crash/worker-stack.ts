import { CfnOutput } from 'aws-cdk-lib';
import { Artifact, ExecutionMode, Pipeline, PipelineType, Variable } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { CustomActionWorker } from '../../infra/index.ts';
import type { StackParts } from './crash-stack.ts';
import { SOURCE_KEY } from './pipeline-stack.ts';

/** Adds a job worker, woken as users' workers are, and a pipeline with an action of its type. */
export function declareWorkers({ stack, ringback, environment, entry }: StackParts): void {
  const source = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
  const variables = ['play', 'kind'];
  const worker = new CustomActionWorker(stack, 'Plain', {
    entry: entry('worker-logic.ts'),
    environment,
    ringback,
    actionType: {
      category: 'Invoke',
      provider: 'Crash',
      properties: variables.map((name) => ({ name, required: true })),
    },
  });
  const pipeline = new Pipeline(stack, 'PlainPipeline', {
    artifactBucket: new Bucket(stack, 'Artifacts') as IBucket,
    pipelineType: PipelineType.V2,
    executionMode: ExecutionMode.PARALLEL,
    variables: variables.map((variableName) => new Variable({ variableName, defaultValue: '-' })),
    stages: [
      {
        stageName: 'Source',
        actions: [
          new S3SourceAction({
            actionName: 'Source',
            bucket: source,
            bucketKey: SOURCE_KEY,
            output: new Artifact('Source'),
            trigger: S3Trigger.NONE,
          }),
        ],
      },
      {
        stageName: 'Work',
        actions: [
          worker.action({
            actionName: 'Work',
            configuration: { play: '#{variables.play}', kind: '#{variables.kind}' },
          }),
        ],
      },
    ],
  });
  new CfnOutput(stack, 'PlainPipelineName', { value: pipeline.pipelineName });
  new CfnOutput(stack, 'SourceBucket', { value: source.bucketName });
}
