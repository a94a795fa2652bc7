import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { Artifact, ExecutionMode, type IAction, Pipeline, PipelineType, Variable } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';

/** The object that every pipeline has as its source. */
export const SOURCE_KEY = 'source.zip';
/** What a pipeline is started with, and an action's configuration refers to. */
export const VARIABLES = ['play', 'kind'] as const;

/** The values of the variables of an execution, as an action's configuration names them. */
export const variableReferences: Readonly<Record<(typeof VARIABLES)[number], string>> = {
  play: '#{variables.play}',
  kind: '#{variables.kind}',
};

/** Adds a pipeline to the stack of a stage: the source that all share, and these actions, side by side. */
export type AddPipeline = (name: string, actions: readonly IAction[]) => void;

/** Adds the source of all pipelines to a stack. */
export function declareSource(stack: Stack): AddPipeline {
  const bucket = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
  const artifactBucket = new Bucket(stack, 'Artifacts') as IBucket;
  new CfnOutput(stack, 'SourceBucket', { value: bucket.bucketName });
  return (name, actions) => {
    const source = new S3SourceAction({
      actionName: 'Source',
      bucket,
      bucketKey: SOURCE_KEY,
      output: new Artifact('Source'),
      trigger: S3Trigger.NONE,
    });
    const { pipelineName } = new Pipeline(stack, `${name}Pipeline`, {
      artifactBucket,
      pipelineType: PipelineType.V2,
      executionMode: ExecutionMode.PARALLEL,
      variables: VARIABLES.map((variableName) => new Variable({ variableName, defaultValue: '-' })),
      stages: [
        { stageName: 'Source', actions: [source] },
        { stageName: 'Work', actions: [...actions] },
      ],
    });
    new CfnOutput(stack, `${name}PipelineName`, { value: pipelineName });
  };
}
