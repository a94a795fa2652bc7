import { Aws, CfnCondition, CfnOutput, CfnParameter, Fn, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { CfnServer, CfnUser } from 'aws-cdk-lib/aws-transfer';
import { Construct } from 'constructs';
import type { TransferWorkflow } from '../constructs/transfer-workflow.ts';

/** Properties of {@link SftpServer}. */
export interface SftpServerProps {
  readonly workflow: TransferWorkflow;
  readonly bucket: IBucket;
  /** The user's directory in the bucket, without a slash at its end. */
  readonly prefix: string;
  /** Whether there is a server where the parameter does not say. */
  readonly enabled: boolean;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * An SFTP server with one user, whose uploads start a workflow. It costs about 0.30 USD an hour as long as it exists,
 * so the template makes it only where its parameter `SftpServer` is `true`.
 */
export class SftpServer extends Construct {
  constructor(scope: Construct, id: string, props: SftpServerProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const enabled = new CfnParameter(stack, 'SftpServer', {
      description: 'Whether there is an SFTP server; it costs about 0.30 USD an hour',
      allowedValues: ['true', 'false'],
      default: String(props.enabled),
    });
    const publicKey = new CfnParameter(stack, 'PartnerPublicKey', {
      description: 'The SSH public key of the user "partner"; nobody can log in without it',
      default: '',
    });
    Validations.of(stack).acknowledge({
      id: 'CloudFormation-Validate::W1030',
      reason: 'Where the key is empty, the condition leaves it out.',
    });
    const condition = new CfnCondition(stack, 'HasSftpServer', {
      expression: Fn.conditionEquals(enabled.valueAsString, 'true'),
    });
    const hasKey = new CfnCondition(stack, 'HasPartnerPublicKey', {
      expression: Fn.conditionNot(Fn.conditionEquals(publicKey.valueAsString, '')),
    });

    const logs = new CfnLogGroup(this, 'Logs', { retentionInDays: RetentionDays.ONE_MONTH });
    logs.applyRemovalPolicy(props.removalPolicy);
    const server = new CfnServer(this, 'Server', {
      protocols: ['SFTP'],
      domain: 'S3',
      endpointType: 'PUBLIC',
      identityProviderType: 'SERVICE_MANAGED',
      securityPolicyName: 'TransferSecurityPolicy-2024-01',
      structuredLogDestinations: [logs.attrArn],
      workflowDetails: props.workflow.workflowDetails,
    });
    const role = this.#createUserRole();
    const policy = this.#createUserPolicy(role, props);
    const user = new CfnUser(this, 'Partner', {
      serverId: server.attrServerId,
      userName: 'partner',
      role: role.attrArn,
      homeDirectoryType: 'LOGICAL',
      homeDirectoryMappings: [{ entry: '/', target: `/${props.bucket.bucketName}/${props.prefix}` }],
      sshPublicKeys: Fn.conditionIf(hasKey.logicalId, [publicKey.valueAsString], Aws.NO_VALUE) as never,
    });
    user.addResourceDependency(policy);
    for (const resource of [logs, server, role, policy, user]) resource.cfnOptions.condition = condition;
    new CfnOutput(stack, 'SftpEndpoint', {
      value: `${server.attrServerId}.server.transfer.${Aws.REGION}.${Aws.URL_SUFFIX}`,
      condition,
    });
  }

  #createUserRole(): CfnRole {
    return new CfnRole(this, 'PartnerRole', {
      description: 'Uploads of the SFTP user "partner"',
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'transfer.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: {
              StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
              ArnLike: {
                'aws:SourceArn': `arn:${Aws.PARTITION}:transfer:${Aws.REGION}:${Aws.ACCOUNT_ID}:user/*`,
              },
            },
          },
        ],
      },
    });
  }

  /** Partners put files and see their names; they cannot read what they have put. */
  #createUserPolicy(role: CfnRole, { bucket, prefix }: SftpServerProps): CfnPolicy {
    return new CfnPolicy(this, 'PartnerPolicy', {
      policyName: 'uploads',
      roles: [role.ref],
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 's3:ListBucket',
            Resource: bucket.bucketArn,
            Condition: { StringLike: { 's3:prefix': [`${prefix}/*`, prefix] } },
          },
          {
            Effect: 'Allow',
            Action: ['s3:AbortMultipartUpload', 's3:PutObject'],
            Resource: bucket.arnForObjects(`${prefix}/*`),
          },
        ],
      },
    });
  }
}
