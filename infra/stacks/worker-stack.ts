import { CfnOutput, Lazy, RemovalPolicy, SecretValue, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { CustomActionWorker } from '../constructs/custom-action-worker.ts';
import { Ringback } from '../constructs/ringback.ts';
import { ThirdPartyActionWorker } from '../constructs/third-party-action-worker.ts';
import type { WorkerAction } from '../constructs/worker-action.ts';
import { handlerPath } from '../handler-path.ts';
import { PipelineBuckets } from './pipeline-buckets.ts';
import { acknowledgeObjectPatterns } from './pipeline-findings.ts';
import { sourceStage } from './source-stage.ts';

const SOURCE_KEY = 'source.zip';
const properties = [
  { name: 'ChecksFile', description: 'The file in the artifact that says what to check', key: true },
] as const;

/** Properties of {@link WorkerStack}. */
export interface WorkerStackProps extends StackProps {
  /** What becomes of buckets, ledger and log groups with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Adds the worker of a partner's action type with the secret of its customers' client tokens, and a pipeline that
   * uses it. The type must be registered with CodePipeline's service team before.
   * @default false
   */
  readonly thirdParty?: boolean;
}

/**
 * An example of custom actions: a worker that checks what a file in the artifact asks for, and a pipeline that has its
 * source checked. Its input is `source.zip` in the source bucket.
 */
export class WorkerStack extends Stack {
  constructor(scope: Construct, id: string, props: WorkerStackProps = {}) {
    const { removalPolicy = RemovalPolicy.RETAIN, thirdParty = false, ...stackProps } = props;
    super(scope, id, { description: 'Ringback: job workers of custom and third-party actions', ...stackProps });
    const ringback = new Ringback(this, 'Ringback', { removalPolicy });
    const buckets = new PipelineBuckets(this, 'Buckets', { removalPolicy, artifactKey: false });
    const checks: CustomActionWorker = new CustomActionWorker(this, 'Checks', {
      entry: handlerPath('job-worker'),
      description: 'Checks what a file in the artifact asks for',
      ringback,
      actionType: {
        category: 'Test',
        provider: 'ArtifactChecks',
        properties,
        inputs: { min: 1, max: 1 },
        urls: {
          entity: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-custom-action.html',
          execution: logUrl(this.region, () => checks.logGroup.logGroupName),
          revision: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-custom-action.html',
        },
      },
    });
    const source = new Artifact('Source');
    const pipelines = [
      this.#createPipeline('Pipeline', buckets, source, [
        checks.action({ actionName: 'Check', configuration: { ChecksFile: 'checks.json' }, inputs: [source] }),
      ]),
    ];
    new CfnOutput(this, 'PipelineName', { value: pipelines[0]?.pipelineName ?? '' });
    if (thirdParty) {
      const partner = this.#createPartner(ringback, removalPolicy);
      const partnerSource = new Artifact('Source');
      const pipeline = this.#createPipeline('PartnerPipeline', buckets, partnerSource, [
        partner.action({ actionName: 'Check', configuration: { ChecksFile: 'checks.json' }, inputs: [partnerSource] }),
      ]);
      pipelines.push(pipeline);
      new CfnOutput(this, 'PartnerPipelineName', { value: pipeline.pipelineName });
    }
    for (const pipeline of pipelines) acknowledgeObjectPatterns(pipeline, [buckets.source, buckets.artifacts]);
    new CfnOutput(this, 'SourceBucketName', { value: buckets.source.bucketName });
    new CfnOutput(this, 'SourceKey', { value: SOURCE_KEY });
  }

  #createPartner(ringback: Ringback, removalPolicy: RemovalPolicy): ThirdPartyActionWorker {
    const tokens = new Secret(this, 'ClientTokens', {
      description: 'The client tokens of the customers that connected, by client id',
      // No token yet. Whoever learns of a customer puts its token in; deployments leave that alone.
      secretStringValue: SecretValue.unsafePlainText('{}'),
      removalPolicy,
    });
    Validations.of(tokens).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: "CodePipeline gives out client tokens; a rotation function of the partner's cannot make new ones.",
    });
    new CfnOutput(this, 'ClientTokenSecretArn', { value: tokens.secretArn });
    return new ThirdPartyActionWorker(this, 'Partner', {
      entry: handlerPath('third-party-job-worker'),
      description: 'Checks what a file in the artifact asks for, as a partner',
      ringback,
      clientTokenSecret: tokens as ISecret,
      environment: { CLIENT_TOKEN_SECRET: tokens.secretArn },
      actionType: { category: 'Test', provider: 'PartnerChecks', properties, inputs: { min: 1, max: 1 } },
    });
  }

  #createPipeline(id: string, buckets: PipelineBuckets, source: Artifact, actions: WorkerAction[]): Pipeline {
    return new Pipeline(this, id, {
      artifactBucket: buckets.artifacts as IBucket,
      pipelineType: PipelineType.V2,
      stages: [sourceStage(buckets.source as IBucket, SOURCE_KEY, source), { stageName: 'Check', actions }],
    });
  }
}

/** Where the log lines of one run are found, by the id that the worker reports. */
function logUrl(region: string, logGroupName: () => string): string {
  const group = Lazy.string({ produce: logGroupName });
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${group}/log-events?filterPattern={ExternalExecutionId}`;
}
