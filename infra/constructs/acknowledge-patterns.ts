import { type CfnElement, Stack } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Answers cdk-nag, which finds a pattern of objects (`prefix/*`) of a bucket in the policies below a scope. */
export function acknowledgePatterns(scope: Construct, bucket: IBucket, pattern: string, reason: string): void {
  const resource = bucket.node.defaultChild;
  const arn =
    resource === undefined ? bucket.bucketArn : `<${Stack.of(bucket).getLogicalId(resource as CfnElement)}.Arn>`;
  acknowledge(scope, { id: `AwsSolutions-IAM5[Resource::${arn}/${pattern}]`, reason });
}
