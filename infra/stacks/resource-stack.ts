import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { AnyResourcePolicy } from '../constructs/any-resource-policy.ts';
import { CloudControlPolicy } from '../constructs/cloud-control-policy.ts';
import { PipelineJobFunction } from '../constructs/pipeline-job-function.ts';
import { Ringback } from '../constructs/ringback.ts';
import { handlerPath } from '../handler-path.ts';
import { PipelineBuckets } from './pipeline-buckets.ts';
import { acknowledgeObjectPatterns } from './pipeline-findings.ts';
import { sourceStage } from './source-stage.ts';

const SOURCE_KEY = 'source.zip';
/** What the pipeline makes is named so; it may touch nothing else. */
const NAMES = { logs: 'log-group:/fleet/*', sqs: 'fleet-*', ssm: 'parameter/fleet/*' } as const;

/** Properties of {@link ResourceStack}. */
export interface ResourceStackProps extends StackProps {
  /** What becomes of buckets, ledger and log groups with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An example pipeline that brings queues, parameters and log groups to what a `resources.json` in its source describes. All
 * of them have names that begin with `fleet`.
 */
export class ResourceStack extends Stack {
  constructor(scope: Construct, id: string, props: ResourceStackProps = {}) {
    const { removalPolicy = RemovalPolicy.RETAIN, ...stackProps } = props;
    super(scope, id, { description: 'Ringback: resources of Cloud Control in a pipeline', ...stackProps });

    const ringback = new Ringback(this, 'Ringback', { removalPolicy });
    const apply = new PipelineJobFunction(this, 'Apply', {
      entry: handlerPath('apply-resource'),
      description: 'Brings resources to what a file of the artifact describes',
      // To wait in the function costs, to come again does not.
      timeout: Duration.seconds(8),
      ringback,
    });
    if (apply.role !== undefined) {
      new CloudControlPolicy(this, 'CloudControl', { role: apply.role });
      this.#allowTypes(apply.role);
    }

    const buckets = new PipelineBuckets(this, 'Buckets', { removalPolicy, artifactKey: false });
    const source = new Artifact('Source');
    const pipeline = new Pipeline(this, 'Pipeline', {
      artifactBucket: buckets.artifacts as IBucket,
      pipelineType: PipelineType.V2,
      stages: [
        sourceStage(buckets.source as IBucket, SOURCE_KEY, source),
        { stageName: 'Apply', actions: [apply.action({ actionName: 'Apply', inputs: [source] })] },
      ],
    });
    acknowledgeObjectPatterns(pipeline, [buckets.source, buckets.artifacts]);

    new CfnOutput(this, 'PipelineName', { value: pipeline.pipelineName });
    new CfnOutput(this, 'SourceBucketName', { value: buckets.source.bucketName });
    new CfnOutput(this, 'SourceKey', { value: SOURCE_KEY });
  }

  /** What the handlers of the three types need: the schema of a type lists it. */
  #allowTypes(role: IRole): void {
    const arn = (service: string, rest: string) =>
      `arn:${this.partition}:${service}:${this.region}:${this.account}:${rest}`;
    const types = new Policy(this, 'TypesPolicy', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: [
            'sqs:CreateQueue',
            'sqs:DeleteQueue',
            'sqs:GetQueueAttributes',
            'sqs:GetQueueUrl',
            'sqs:ListQueueTags',
            'sqs:SetQueueAttributes',
            'sqs:TagQueue',
            'sqs:UntagQueue',
          ],
          resources: [arn('sqs', NAMES.sqs)],
        }),
        new PolicyStatement({
          actions: [
            'ssm:AddTagsToResource',
            'ssm:DeleteParameter',
            'ssm:GetParameters',
            'ssm:PutParameter',
            'ssm:RemoveTagsFromResource',
          ],
          resources: [arn('ssm', NAMES.ssm)],
        }),
        new PolicyStatement({
          actions: [
            'logs:CreateLogGroup',
            'logs:DeleteLogGroup',
            'logs:DeleteRetentionPolicy',
            'logs:ListTagsForResource',
            'logs:PutRetentionPolicy',
            'logs:TagResource',
            'logs:UntagResource',
          ],
          resources: [arn('logs', NAMES.logs)],
        }),
      ],
    });
    for (const [service, names] of Object.entries(NAMES)) {
      Validations.of(types).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${names}]`,
        reason: 'What the pipeline makes is not known beforehand; the prefix confines it.',
      });
    }
    const listing = { role, actions: ['logs:DescribeLogGroups', 'sqs:ListQueues'] };
    new AnyResourcePolicy(this, 'Listing', { ...listing, reason: 'Lists have no resource level.' });
  }
}
