import { Duration, Stack } from 'aws-cdk-lib';
import {
  BuildSpec,
  ComputeType,
  type IBuildImage,
  LinuxArmBuildImage,
  Project,
  type ProjectProps,
} from 'aws-cdk-lib/aws-codebuild';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { type IGrantable, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import { environmentVariables } from '../../lib/constants.ts';
import { acknowledge, acknowledgeResource } from './acknowledge.ts';
import { CallbackFunction } from './callback-function.ts';
import { checkProperties, duration, key, retention, role, withMember } from './check-properties.ts';
import { WORKFLOWS } from './custom-steps.ts';
import { setVariable } from './function-variables.ts';
import { granteeWithin } from './grantee-within.ts';
import { Ringback } from './ringback.ts';

/** What a function does with a project whose builds answer for it. */
const START_ACTIONS = [
  'codebuild:BatchGetBuilds',
  'codebuild:ListBuildsForProject',
  'codebuild:StartBuild',
  'codebuild:StopBuild',
] as const;

/** How CodeBuild says that a build has ended. */
const ENDS = ['SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT'];

/** Properties of {@link BuildRunner}. */
export interface BuildRunnerProps {
  /** What a build does. @default - the `buildspec` that `startBuild` brings along, or one that fails and says so */
  readonly buildSpec?: BuildSpec;
  /** The ledger and the last resort behind it, of the same stack. @default - the stack's own: `Ringback.of(scope)` */
  readonly ringback?: Ringback;
  /** What builds act as. @default - a role of its own */
  readonly role?: IRole;
  /** The name of the project. @default - CloudFormation makes one */
  readonly projectName?: string;
  /** @default - Amazon Linux 2023 for arm64 */
  readonly buildImage?: IBuildImage;
  /** @default ComputeType.SMALL */
  readonly computeType?: ComputeType;
  /** How long a build may take where `startBuild` is not asked, 5 minutes to 36 hours. @default 1 hour */
  readonly timeout?: Duration;
  /** How long a build may wait for its machine, 5 minutes to 8 hours. @default 1 hour */
  readonly queuedTimeout?: Duration;
  /** How long log events are kept. @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /** Encrypts artifacts and the log. @default - AWS's own keys */
  readonly encryptionKey?: IKey;
  /** Where builds run that must reach what is private. @default - outside of any VPC */
  readonly vpc?: IVpc;
  /** @default - the private subnets */
  readonly subnetSelection?: SubnetSelection;
  /** @default - one that lets everything out */
  readonly securityGroups?: ISecurityGroup[];
}

/**
 * A project of CodeBuild whose builds answer for tasks that outlive a function, up to 36 hours. However a build ends, its
 * event reaches the last resort.
 *
 * @example
 * const runner = new BuildRunner(this, 'Runner', { buildSpec: BuildSpec.fromObject({ version: '0.2', phases: {} }) });
 * const job = new PipelineJobFunction(this, 'Job', { entry: 'handlers/long-job.ts' });
 * runner.grantStart(job);
 */
export class BuildRunner extends Construct {
  readonly project: Project;
  /** What builds act as. */
  readonly role: IRole;
  readonly ringback: Ringback;

  /** @throws Error when the Ringback is of another stack */
  constructor(scope: Construct, id: string, props: BuildRunnerProps = {}) {
    super(scope, id);
    checkProperties(this.node.path, props, {
      ringback: withMember('a Ringback', 'lastResortQueue'),
      role,
      buildImage: withMember('a build image, such as LinuxBuildImage.STANDARD_7_0', 'imageId'),
      timeout: duration,
      queuedTimeout: duration,
      logRetention: retention,
      encryptionKey: key,
      vpc: withMember('a VPC, such as Vpc.fromLookup(…)', 'selectSubnets'),
    });
    requireWithin(this.node.path, 'timeout', props.timeout, Duration.hours(36));
    requireWithin(this.node.path, 'queuedTimeout', props.queuedTimeout, Duration.hours(8));
    this.ringback = props.ringback ?? Ringback.of(this);
    if (Stack.of(this.ringback) !== Stack.of(this)) {
      throw new Error(
        `${this.node.path} has the Ringback ${this.ringback.node.path} of another stack, whose queue takes no events of a rule here: make both in one stack`,
      );
    }
    this.project = this.#createProject(props);
    this.role = roleOf(this.project);
    const { projectName } = this.project;
    this.#tellLastResort('Ended', 'Tells the last resort how a build ended that somebody waits for', {
      source: ['aws.codebuild'],
      detailType: ['CodeBuild Build State Change'],
      detail: { 'build-status': ENDS, 'project-name': [projectName] },
    });
    this.#tellLastResort('Abandoned', 'Tells the last resort of a build that a pipeline waits for no more', {
      source: ['aws.codepipeline'],
      detailType: ['CodePipeline Action Execution State Change'],
      detail: {
        state: ['ABANDONED', 'CANCELED'],
        'execution-result': { 'external-execution-id': [{ prefix: `${projectName}:` }] },
      },
    });
    // A build that has the AWS CLI alone asks the last resort to answer.
    this.project.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.ringback.lastResort.functionArn] }),
    );
    // What a build leaves is asked for where its event does not tell.
    this.ringback.addResultPermissions(this.#statement(['codebuild:BatchGetBuilds', 'codebuild:StopBuild']));
    // Whoever decides otherwise stops the build.
    this.ringback.addCompletionPermissions(this.#statement(['codebuild:StopBuild']));
  }

  #tellLastResort(id: string, description: string, eventPattern: EventPattern): void {
    const { lastResortQueue, deadLetterQueue } = this.ringback;
    const target = new SqsQueue(lastResortQueue, {
      deadLetterQueue,
      retryAttempts: 185,
      maxEventAge: Duration.hours(24),
    });
    new Rule(this, id, { description, eventPattern }).addTarget(target);
  }

  /**
   * Lets a function start builds here by `startBuild`, which then needs no name of a project; and builds complete what is
   * its: the callbacks of its service, or of all where the grantee is no function of Ringback's.
   */
  grantStart(grantee: IGrantable): void {
    granteeWithin(grantee).grantPrincipal.addToPrincipalPolicy(this.#statement(START_ACTIONS));
    if (grantee instanceof CallbackFunction) {
      grantee.addCompletionPermissions(this.#statement(['codebuild:StopBuild']));
      grantee.grantComplete(this.project);
    } else {
      this.ringback.grantComplete(this.project);
    }
    if (grantee instanceof LambdaFunction) {
      setVariable(grantee, environmentVariables.buildProject, this.project.projectName);
    }
  }

  #statement(actions: readonly string[]): PolicyStatement {
    return new PolicyStatement({ actions: [...actions], resources: [this.project.projectArn] });
  }

  #createProject(props: BuildRunnerProps): Project {
    const { encryptionKey, vpc, subnetSelection, securityGroups, projectName } = props;
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: this.ringback.removalPolicy,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
    });
    const options: ProjectProps = {
      description: 'Answers for tasks that outlive a function',
      buildSpec: props.buildSpec ?? NO_BUILDSPEC,
      environment: {
        buildImage: props.buildImage ?? LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0,
        computeType: props.computeType ?? ComputeType.SMALL,
      },
      environmentVariables: {
        [environmentVariables.ledgerTable]: { value: this.ringback.ledger.tableName },
        [environmentVariables.lastResortFunction]: { value: this.ringback.lastResort.functionName },
      },
      timeout: props.timeout ?? Duration.hours(1),
      queuedTimeout: props.queuedTimeout ?? Duration.hours(1),
      logging: { cloudWatch: { logGroup } },
      grantReportGroupPermissions: false,
      ...(props.role === undefined ? {} : { role: props.role }),
      ...(projectName === undefined ? {} : { projectName }),
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
      ...(vpc === undefined ? {} : { vpc }),
      ...(subnetSelection === undefined ? {} : { subnetSelection }),
      ...(securityGroups === undefined ? {} : { securityGroups }),
    };
    const project = new Project(this, 'Project', options);
    // A role that was given has its policy elsewhere.
    acknowledgeRole(project, props.role ?? project);
    if (props.role !== undefined) {
      acknowledge(project, {
        id: 'CloudFormation-Validate::E3050',
        reason: 'The check takes the ARN of a role with a path, which stands here, for its name.',
      });
    }
    if (encryptionKey === undefined) {
      acknowledge(project, {
        id: 'AwsSolutions-CB4',
        reason: 'Without artifacts there is nothing to encrypt by a key of the customer; encryptionKey sets one.',
      });
    }
    return project;
  }
}

/** @throws Error when CodeBuild would refuse the time; it passes where it is a token */
function requireWithin(where: string, name: string, given: Duration | undefined, longest: Duration): void {
  if (given === undefined || given.isUnresolved()) return;
  const seconds = given.toSeconds();
  if (seconds >= 300 && seconds <= longest.toSeconds()) return;
  throw new Error(
    `the ${name} of ${where} is ${seconds} s, but CodeBuild takes 5 minutes to ${longest.toHours()} hours: choose one within`,
  );
}

function roleOf({ role, node }: Project): IRole {
  if (role === undefined) throw new Error(`${node.path} has no role`);
  return role;
}

/** Answers cdk-nag for what the role of a project is given. */
function acknowledgeRole(project: Project, policies: IConstruct): void {
  const { partition, region, account } = Stack.of(project);
  acknowledgeResource(
    policies,
    `arn:${partition}:logs:${region}:${account}:log-group:/aws/codebuild/${project.projectName}:*`,
    'CodeBuild makes up the name of the stream of each build; the CDK allows those of the project.',
  );
  for (const resource of ['*', WORKFLOWS]) {
    acknowledgeResource(
      policies,
      resource,
      'A build answers by the result APIs of its service, of which no job, record or workflow is known before.',
    );
  }
}

const NO_BUILDSPEC = BuildSpec.fromObject({
  version: '0.2',
  phases: { build: { commands: ['echo "startBuild names no buildspec, and the project has none" && exit 1'] } },
});
