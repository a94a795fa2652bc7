import { Validations } from 'aws-cdk-lib';
import type { Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import type { PipelineBuckets } from './pipeline-buckets.ts';
import { acknowledgeObjectPatterns } from './pipeline-findings.ts';

/** Answers what cdk-nag finds in the roles of a release, which deploys the stacks of these names. */
export function acknowledgeReleaseFindings(
  pipeline: Pipeline,
  buckets: PipelineBuckets,
  stackNames: readonly string[],
): void {
  acknowledgeObjectPatterns(pipeline, [buckets.artifacts]);
  for (const action of ['DescribeStack*', 'GetTemplate*']) {
    Validations.of(pipeline).acknowledge({
      id: `AwsSolutions-IAM5[Action::cloudformation:${action}]`,
      reason: "The CDK's own deployment action grants these two patterns; all that they match reads the one stack.",
    });
  }
  for (const stackName of stackNames) {
    Validations.of(pipeline).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/${stackName}/*]`,
      reason: 'CloudFormation adds an id to the name of a stack that nobody knows before it exists.',
    });
  }
}
