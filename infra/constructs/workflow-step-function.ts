import { Aws, Duration, Lazy, Validations } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { environmentVariables } from '../../lib/constants.ts';
import { DEFAULT_STEP_SECONDS, LONGEST_STEP_SECONDS } from '../../lib/lifetimes.ts';
import { acknowledgePatterns } from './acknowledge-patterns.ts';
import { CallbackFunction, type CallbackFunctionProps } from './callback-function.ts';
import { checkCallbackFunction, requireProperties } from './check-function.ts';
import { DEFAULT_TIMEOUT } from './handler-function.ts';
import { customStep, type WorkflowStepDefinition, type WorkflowStepProps } from './workflow-steps.ts';

// A workflow names its functions, so their roles cannot name the workflow without a circle.
const ANY_WORKFLOW = 'The workflow names the function, so the role of the function cannot name the workflow.';
const WORKFLOW_FINDING =
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:transfer:<AWS::Region>:<AWS::AccountId>:workflow/*]';

const KEYS_UNKNOWN = 'Users name the files that they upload, so a role can be confined to a bucket and a prefix.';
/** Of a bucket that keeps versions the uploaded one is read and tagged, also when it is not the current one any more. */
const READ_ACTIONS = ['s3:GetObject', 's3:GetObjectVersion'];
/** A look at the ETag comes before the tag. */
const TAG_ACTIONS = [
  's3:GetObject',
  's3:GetObjectTagging',
  's3:GetObjectVersionTagging',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
];

/** Properties of {@link WorkflowStepFunction}. */
export interface WorkflowStepFunctionProps extends CallbackFunctionProps {
  /** Lets the handler use `continueAfter` and `defer`, by a queue of its own. @default true */
  readonly continuation?: boolean;
  /** Learns why a step failed, since Transfer Family takes no reason. @default - the log and the metric alone say it */
  readonly failureEventBus?: IEventBus;
  /**
   * Which folder of the file system `filesystem` is: the root directory of its access point. Events name files by their
   * paths within the whole file system.
   * @default '/'
   */
  readonly filesystemRoot?: string;
  /** The key of an object tag that says why a step failed. @default - no tag */
  readonly failureTag?: string;
}

/** Properties of {@link WorkflowStepFunction.step}. */
export interface CustomStepProps extends WorkflowStepProps {
  /**
   * How long the workflow waits for the answer, at most 30 minutes, with all retries and continuations. It must be
   * longer than the function's timeout.
   * @default Duration.minutes(15)
   */
  readonly timeout?: Duration;
}

/**
 * A function that Transfer Family hands custom steps to.
 *
 * @example
 * const scan = new WorkflowStepFunction(this, 'Scan', { entry: 'handlers/scan.ts' });
 * scan.readsFrom(landing);
 * new TransferWorkflow(this, 'Workflow', { uploads: [{ bucket: landing }], steps: [scan.step({ name: 'scan' })] });
 */
export class WorkflowStepFunction extends CallbackFunction {
  readonly #failureTag: string | undefined;
  #shortestStepSeconds: number | undefined;

  constructor(scope: Construct, id: string, props: WorkflowStepFunctionProps) {
    checkCallbackFunction(scope, id, props);
    const { continuation = true, failureEventBus, failureTag, filesystemRoot = '/', ...options } = props;
    super(scope, id, options, { services: ['transfer'], waitsSeconds: LONGEST_STEP_SECONDS });
    this.#failureTag = failureTag;
    this.#allowAnswers();
    if (continuation) this.enableContinuation();
    this.addEnvironment(
      environmentVariables.stepTimeoutSeconds,
      // One function may serve several steps, and events do not say which: the shortest holds for all.
      Lazy.string({ produce: () => this.#shortestStepSeconds?.toString() }),
    );
    this.#limitEventAge();
    if (options.filesystem !== undefined) {
      this.addEnvironment(environmentVariables.efsMountPath, options.filesystem.config.localMountPath);
      this.addEnvironment(environmentVariables.efsRootPath, filesystemRoot);
    }
    if (failureTag !== undefined) this.addEnvironment(environmentVariables.failureTag, failureTag);
    if (failureTag !== undefined || failureEventBus !== undefined) {
      this.ringback.addStepNotice(this, {
        ...(failureTag === undefined ? {} : { failureTag }),
        ...(failureEventBus === undefined ? {} : { failureEventBus: failureEventBus.eventBusArn }),
      });
    }
    if (failureEventBus !== undefined) {
      this.#allowEvents(failureEventBus);
      this.addEnvironment(environmentVariables.failureEventBus, failureEventBus.eventBusArn);
    }
  }

  /**
   * A custom step that hands its file to this function.
   *
   * @throws Error when the step would end before the function does, lasts over 30 minutes, or ends before an event may
   * wait no more
   */
  step(step: CustomStepProps): WorkflowStepDefinition {
    requireProperties(`a step of ${this.node.path}`, step, { name: "'scan'" });
    const { timeout = Duration.seconds(DEFAULT_STEP_SECONDS), ...props } = step;
    const timeoutSeconds = timeout.toSeconds();
    const functionSeconds = this.timeout?.toSeconds() ?? DEFAULT_TIMEOUT.toSeconds();
    if (timeoutSeconds < 1 || timeoutSeconds > LONGEST_STEP_SECONDS) {
      throw new Error(`step "${props.name}" has a timeout of ${timeoutSeconds} s: give it 1 s to 30 minutes`);
    }
    if (functionSeconds >= timeoutSeconds) {
      throw new Error(
        `the function of step "${props.name}" may run for ${functionSeconds} s, but the step waits for ${timeoutSeconds} s only: give the step a longer timeout, or the function a shorter one`,
      );
    }
    this.eventAgeFor(timeoutSeconds);
    this.#shortestStepSeconds = Math.min(timeoutSeconds, this.#shortestStepSeconds ?? timeoutSeconds);
    return customStep({ ...props, timeoutSeconds, target: this });
  }

  /**
   * Lets the function read uploaded files: their content, and where it writes a tag their tags; the last resort and
   * whoever may `complete` its steps tag them, too.
   */
  readsFrom(bucket: IBucket, objects: string = '*'): void {
    const tags = this.#failureTag === undefined ? [] : TAG_ACTIONS;
    this.#allowObjects(bucket, objects, [...new Set([...READ_ACTIONS, ...tags])]);
    // Without it S3 does not say of an object whether it is absent or forbidden.
    this.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
    bucket.encryptionKey?.grant(this, 'kms:Decrypt');
    if (this.#failureTag !== undefined) this.#allowTags(bucket, objects);
  }

  /** Lets the function write results. */
  writesTo(bucket: IBucket, objects: string = '*'): void {
    this.#allowObjects(bucket, objects, ['s3:AbortMultipartUpload', 's3:PutObject']);
    bucket.encryptionKey?.grant(this, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  #allowAnswers(): void {
    if (this.role !== undefined) {
      const policy = new Policy(this, 'StepPolicy', { roles: [this.role], statements: [answerStatement()] });
      Validations.of(policy).acknowledge({ id: WORKFLOW_FINDING, reason: ANY_WORKFLOW });
    }
    this.ringback.addResultPermissions(answerStatement());
    this.addCompletionPermissions(answerStatement());
    Validations.of(this.ringback).acknowledge({ id: WORKFLOW_FINDING, reason: ANY_WORKFLOW });
  }

  /** The steps, and so how long they wait, are known only when the stack is whole. */
  #limitEventAge(): void {
    const config = this.node.findChild('EventInvokeConfig').node.defaultChild as CfnEventInvokeConfig;
    config.maximumEventAgeInSeconds = Lazy.number({
      produce: () => this.eventAgeFor(this.#shortestStepSeconds ?? LONGEST_STEP_SECONDS),
    });
  }

  /** Telling a failure: whoever decides it tells it, be it the function, the last resort or `complete`. */
  #allowEvents(bus: IEventBus): void {
    const statement = new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
    this.addToRolePolicy(statement);
    this.addLastResortPermissions(statement.copy());
    this.addCompletionPermissions(statement);
  }

  #allowTags(bucket: IBucket, objects: string): void {
    const statement = new PolicyStatement({ actions: TAG_ACTIONS, resources: [bucket.arnForObjects(objects)] });
    const policy = this.addLastResortPermissions(statement);
    this.addCompletionPermissions(statement.copy());
    if (objects.includes('*')) acknowledgePatterns(policy, bucket, objects, KEYS_UNKNOWN);
  }

  #allowObjects(bucket: IBucket, objects: string, actions: string[]): void {
    this.addToRolePolicy(new PolicyStatement({ actions, resources: [bucket.arnForObjects(objects)] }));
    if (this.role === undefined || !objects.includes('*')) return;
    acknowledgePatterns(this.role as unknown as Construct, bucket, objects, KEYS_UNKNOWN);
  }
}

function answerStatement(): PolicyStatement {
  return new PolicyStatement({
    actions: ['transfer:SendWorkflowStepState'],
    resources: [`arn:${Aws.PARTITION}:transfer:${Aws.REGION}:${Aws.ACCOUNT_ID}:workflow/*`],
  });
}
