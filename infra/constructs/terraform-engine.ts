import { Duration } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { terraformOperationsPrefix } from '../../lib/constants.ts';
import { acknowledgeResource } from './acknowledge.ts';
import { BuildRunner, type BuildRunnerProps } from './build-runner.ts';
import { requireProperties } from './check-function.ts';
import { bucket, checkProperties, object, text } from './check-properties.ts';
import { grantLaunchRoles } from './engine-roles.ts';
import { ProvisioningEngine, type ProvisioningEngineProps } from './provisioning-engine.ts';
import { Ringback } from './ringback.ts';
import { type TerraformBuildProps, terraformBuildSpec } from './terraform-build-spec.ts';

/** What the engine's handler reads. */
const STATE_BUCKET = 'STATE_BUCKET';

/** Properties of {@link TerraformEngine}. */
export interface TerraformEngineProps extends Omit<ProvisioningEngineProps, 'engineFunction'> {
  /** The file that exports the engine's handler; it finds the bucket in the variable STATE_BUCKET. */
  readonly entry: string;
  /** Keeps states, and what they were made with. @default - one of its own: versioned, encrypted, kept with the stack */
  readonly stateBucket?: IBucket;
  /**
   * The builds that run Terraform: an image that has it, or which version is installed; a mirror of providers; a VPC.
   * `false` where the handler runs it by itself.
   * @default - builds outside of any VPC, in an image that has Terraform
   */
  readonly builds?: (Omit<BuildRunnerProps, 'ringback' | 'buildSpec' | 'role'> & TerraformBuildProps) | false;
}

/**
 * A provisioning engine whose products are Terraform configurations, run in builds of CodeBuild: queues, parser, the bucket
 * of states, and a project whose every end reaches the last resort. Launch roles trust its builds as they trust AWS's
 * reference engine.
 *
 * @example
 * new TerraformEngine(this, 'Engine', { entry: 'handlers/terraform-engine.ts', parserEntry: 'handlers/terraform-parameters.ts' });
 */
export class TerraformEngine extends Construct {
  readonly engine: ProvisioningEngine;
  readonly stateBucket: IBucket;
  /** Undefined where the handler runs Terraform by itself. */
  readonly builds: BuildRunner | undefined;

  /** @throws Error as {@link ProvisioningEngine} */
  constructor(scope: Construct, id: string, props: TerraformEngineProps) {
    super(scope, id);
    requireProperties(this.node.path, props, { entry: "'handlers/terraform-engine.ts'" });
    checkProperties(this.node.path, props, {
      stateBucket: bucket,
      engine: object,
      builds: {
        what: 'an object of what builds are made with, or false for none',
        is: (value) => value === false || object.is(value),
      },
    });
    if (props.builds !== false) {
      checkProperties(`${this.node.path}/Builds`, props.builds, {
        terraform: { what: "an object, such as { version: '1.13.4', sha256: '…' }", is: object.is },
        providerMirror: text,
        packageSpec: text,
      });
    }
    const ringback = props.engine?.ringback ?? Ringback.of(this);
    this.stateBucket = props.stateBucket ?? createStateBucket(this, ringback);
    this.engine = new ProvisioningEngine(this, 'Engine', {
      ...props,
      engine: {
        ...props.engine,
        ringback,
        environment: { ...props.engine?.environment, [STATE_BUCKET]: this.stateBucket.bucketName },
      },
    });
    const roles = [this.engine.engine.role].filter((role) => role !== undefined);
    if (props.builds !== false) {
      this.builds = this.#createBuilds(ringback, props);
      this.builds.grantStart(this.engine.engine);
      roles.push(this.builds.role);
    }
    this.#allowStates(roles);
  }

  #createBuilds(ringback: Ringback, props: TerraformEngineProps): BuildRunner {
    const { terraform, providerMirror, packageSpec, ...builds } = props.builds === false ? {} : (props.builds ?? {});
    const role = ProvisioningEngine.createBuildRole(this, 'BuildRole', this.engine.productType);
    const runner = new BuildRunner(this, 'Builds', {
      timeout: Duration.hours(8),
      ...builds,
      ringback,
      role,
      buildSpec: terraformBuildSpec({ terraform, providerMirror, packageSpec }),
    });
    grantLaunchRoles(this, 'BuildLaunchRolesPolicy', [role], props);
    return runner;
  }

  /** Terraform and the engine read, write and lock states; what is kept beside them is read and written likewise. */
  #allowStates(roles: IRole[]): void {
    const states = this.stateBucket.arnForObjects('*');
    const policy = new Policy(this, 'StatePolicy', {
      roles,
      statements: [
        new PolicyStatement({
          actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
          resources: [states],
        }),
        // Without it, S3 does not tell a missing state from a forbidden one.
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.stateBucket.bucketArn] }),
      ],
    });
    const { encryptionKey } = this.stateBucket;
    for (const role of encryptionKey === undefined ? [] : roles) encryptionKey?.grantEncryptDecrypt(role);
    acknowledgeResource(
      policy,
      states,
      'The keys of states are made of accounts and products that are not known beforehand.',
    );
  }
}

function createStateBucket(scope: Construct, { removalPolicy }: Ringback): IBucket {
  const defaults = {
    removalPolicy,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
  };
  const serverAccessLogsBucket: IBucket = new Bucket(scope, 'AccessLogs', {
    ...defaults,
    lifecycleRules: [{ expiration: Duration.days(90) }],
  }) as IBucket;
  return new Bucket(scope, 'States', {
    ...defaults,
    versioned: true,
    serverAccessLogsBucket,
    serverAccessLogsPrefix: 'states/',
    lifecycleRules: [
      { noncurrentVersionExpiration: Duration.days(365) },
      // They hold secrets, and an operation is over within days.
      {
        prefix: terraformOperationsPrefix,
        expiration: Duration.days(7),
        noncurrentVersionExpiration: Duration.days(1),
      },
    ],
  }) as IBucket;
}
