import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { CloudControlPolicy } from '../constructs/cloud-control-policy.ts';
import { LaunchRole } from '../constructs/launch-role.ts';
import { ProvisioningEngine } from '../constructs/provisioning-engine.ts';
import { Ringback } from '../constructs/ringback.ts';
import { handlerPath } from '../handler-path.ts';

/** What products are made of is named so. */
const NAMES = { secretsmanager: 'secret:rooms/*', ssm: 'parameter/rooms/*' } as const;

/** Properties of {@link EngineStack}. */
export interface EngineStackProps extends StackProps {
  /** What becomes of the documents, the ledger and the log groups with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An example engine of Service Catalog for EXTERNAL products: each provisioned product is a list of Cloud Control
 * resources; which ones, a bucket keeps. The launch role is for products of this account, made of parameters and secrets
 * below `rooms/`; other accounts need one of the same name.
 */
export class EngineStack extends Stack {
  constructor(scope: Construct, id: string, props: EngineStackProps = {}) {
    const { removalPolicy = RemovalPolicy.RETAIN, ...stackProps } = props;
    super(scope, id, { description: 'Ringback: a provisioning engine of Service Catalog', ...stackProps });

    const ringback = new Ringback(this, 'Ringback', { removalPolicy });
    const documents = this.#createDocuments(removalPolicy);
    const { engine } = new ProvisioningEngine(this, 'Engine', {
      entry: handlerPath('provisioning-engine'),
      parserEntry: handlerPath('parameter-parser'),
      engine: { ringback, environment: { PRODUCT_BUCKET: documents.bucketName } },
    });
    if (engine.role !== undefined) {
      const keeping = new Policy(this, 'DocumentsPolicy', {
        roles: [engine.role],
        statements: [
          new PolicyStatement({
            actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
            resources: [documents.arnForObjects('*')],
          }),
          // Without it, S3 does not tell a missing document from a forbidden one.
          new PolicyStatement({ actions: ['s3:ListBucket'], resources: [documents.bucketArn] }),
        ],
      });
      Validations.of(keeping).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${this.getLogicalId(documents.node.defaultChild as never)}.Arn>/*]`,
        reason: 'The keys of documents are made of accounts and products that are not known beforehand.',
      });
    }
    const launchRole = new LaunchRole(this, 'LaunchRole', { roleName: 'SCLaunchRingbackExample' });
    this.#allowProducts(launchRole);

    new CfnOutput(this, 'LaunchRoleName', { value: launchRole.roleName });
    new CfnOutput(this, 'DocumentsBucketName', { value: documents.bucketName });
    new CfnOutput(this, 'LastResortQueueUrl', { value: ringback.lastResortQueue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: ringback.deadLetterQueue.queueUrl });
  }

  /** What the resources of products need, made as the launch role. */
  #allowProducts(role: LaunchRole): void {
    new CloudControlPolicy(role, 'CloudControl', { role });
    const arn = (service: string, rest: string) =>
      `arn:${this.partition}:${service}:${this.region}:${this.account}:${rest}`;
    const types = new Policy(role, 'TypesPolicy', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['ssm:DeleteParameter', 'ssm:GetParameters', 'ssm:PutParameter'],
          resources: [arn('ssm', NAMES.ssm)],
        }),
        new PolicyStatement({
          actions: [
            'secretsmanager:CreateSecret',
            'secretsmanager:DeleteSecret',
            'secretsmanager:DescribeSecret',
            'secretsmanager:UpdateSecret',
          ],
          resources: [arn('secretsmanager', NAMES.secretsmanager)],
        }),
      ],
    });
    for (const [service, names] of Object.entries(NAMES)) {
      Validations.of(types).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${names}]`,
        reason: 'What products are made of is not known beforehand; the prefix confines it.',
      });
    }
  }

  #createDocuments(removalPolicy: RemovalPolicy): Bucket {
    const defaults = {
      removalPolicy,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
    };
    const accessLogs: IBucket = new Bucket(this, 'AccessLogs', {
      ...defaults,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    }) as IBucket;
    return new Bucket(this, 'Documents', {
      ...defaults,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'documents/',
    });
  }
}
