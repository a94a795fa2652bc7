import { fileURLToPath } from 'node:url';
import type { Stack } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { PipelineJobFunction, Ringback } from 'ringback/infra';

/**
 * A stack with a pipeline of one action, whose function leaves its answer to somebody else. Its outputs name the
 * pipeline, the bucket of its source, and the ledger.
 *
 * @param fixture - the function's file, within `fixtures`
 */
export const declareSignOff = (fixture: string) => (stack: Stack) => {
  const bucket = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
  const fn = new PipelineJobFunction(stack, 'Ask', {
    entry: fileURLToPath(new URL(`fixtures/${fixture}`, import.meta.url)),
  });
  const source = new S3SourceAction({
    actionName: 'Source',
    bucket,
    bucketKey: 'source.zip',
    output: new Artifact('Source'),
    trigger: S3Trigger.NONE,
  });
  const { pipelineName } = new Pipeline(stack, 'Pipeline', {
    pipelineType: PipelineType.V2,
    artifactBucket: bucket,
    stages: [
      { stageName: 'Source', actions: [source] },
      { stageName: 'Ask', actions: [fn.action({ actionName: 'Person' })] },
    ],
  });
  return {
    PipelineName: pipelineName,
    SourceBucket: bucket.bucketName,
    Ledger: Ringback.of(stack).ledger.tableName,
  };
};
