import type { Artifact, StageProps } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** The first stage of an example: an archive in a bucket, which somebody else's event or command starts. */
export function sourceStage(bucket: IBucket, bucketKey: string, output: Artifact): StageProps {
  return {
    stageName: 'Source',
    actions: [new S3SourceAction({ actionName: 'Source', bucket, bucketKey, output, trigger: S3Trigger.NONE })],
  };
}
