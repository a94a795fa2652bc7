import { CfnOutput } from 'aws-cdk-lib';
import { Artifact, ExecutionMode, Pipeline, PipelineType, Variable } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { PipelineJobFunction } from '../../infra/index.ts';
import { type StackParts, stageFunctions } from './crash-stack.ts';

/** The object that every pipeline has as its source. */
export const SOURCE_KEY = 'source.zip';

/** Adds a pipeline for each function. */
export function declarePipelines({ stack, ringback, environment, entry, addCompleter }: StackParts): void {
  const source = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
  const artifactBucket = new Bucket(stack, 'Artifacts') as IBucket;
  for (const [name, props] of Object.entries(stageFunctions)) {
    const fn = new PipelineJobFunction(stack, name, {
      entry: entry(name === 'Broken' ? 'never-loads.ts' : 'pipeline-logic.ts'),
      environment,
      ringback,
      ...props,
    });
    const pipeline = new Pipeline(stack, `${name}Pipeline`, {
      artifactBucket,
      pipelineType: PipelineType.V2,
      executionMode: ExecutionMode.PARALLEL,
      variables: ['play', 'kind'].map((variableName) => new Variable({ variableName, defaultValue: '-' })),
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
            fn.action({ actionName: 'Work', userParameters: { play: '#{variables.play}', kind: '#{variables.kind}' } }),
          ],
        },
      ],
    });
    if (name === 'Plain') addCompleter((completer) => fn.grantComplete(completer));
    new CfnOutput(stack, `${name}PipelineName`, { value: pipeline.pipelineName });
  }
  new CfnOutput(stack, 'SourceBucket', { value: source.bucketName });
}
