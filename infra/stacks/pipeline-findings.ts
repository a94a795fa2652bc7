import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import type { PipelineBucket } from './pipeline-bucket.ts';

/** Answers cdk-nag, which finds `/*` behind the buckets of a pipeline in the roles of its actions. */
export function acknowledgeObjectPatterns(pipeline: Pipeline, buckets: readonly PipelineBucket[]): void {
  for (const bucket of buckets) {
    const logicalId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement);
    Validations.of(pipeline).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/*]`,
      reason: 'CodePipeline makes up the keys of artifacts, so a role can be confined to the bucket and no further.',
    });
  }
}
