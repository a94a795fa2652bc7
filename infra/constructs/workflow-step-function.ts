import { Aws, Duration, Lazy, Validations } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { type IGrantable, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { environmentVariables } from '../../lib/constants.ts';
import { acknowledgePatterns } from './acknowledge-patterns.ts';
import { CallbackFunction, type CallbackFunctionProps } from './callback-function.ts';
import { customStep, type WorkflowStepDefinition, type WorkflowStepProps } from './workflow-steps.ts';

const LONGEST_STEP = Duration.minutes(30);
const DEFAULT_STEP = Duration.minutes(15);
const DEFAULT_FUNCTION_SECONDS = 30;

// A workflow names its functions, so their roles cannot name the workflow without a circle.
const ANY_WORKFLOW = 'The workflow names the function, so the role of the function cannot name the workflow.';
const WORKFLOW_FINDING =
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:transfer:<AWS::Region>:<AWS::AccountId>:workflow/*]';

/** Properties of {@link WorkflowStepFunction}. */
export interface WorkflowStepFunctionProps extends CallbackFunctionProps {
  /** Lets the handler use `continueAfter` and `defer`, by a queue of its own. @default true */
  readonly continuation?: boolean;
  /** Learns why a step failed, since Transfer Family takes no reason. @default - the log and the metric alone say it */
  readonly failureEventBus?: IEventBus;
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
    const { continuation = true, failureEventBus, failureTag, ...options } = props;
    // What is older than any step may be has nobody who waits for it.
    super(scope, id, { maxEventAge: LONGEST_STEP, ...options });
    this.#failureTag = failureTag;
    this.#allowAnswers();
    if (continuation) this.enableContinuation();
    this.addEnvironment(
      environmentVariables.stepTimeoutSeconds,
      // One function may serve several steps, and events do not say which: the shortest holds for all.
      Lazy.string({ produce: () => this.#shortestStepSeconds?.toString() }),
    );
    if (options.filesystem !== undefined) {
      this.addEnvironment(environmentVariables.efsMountPath, options.filesystem.config.localMountPath);
    }
    if (failureTag !== undefined) this.addEnvironment(environmentVariables.failureTag, failureTag);
    if (failureEventBus !== undefined) {
      failureEventBus.grantPutEventsTo(this);
      this.addEnvironment(environmentVariables.failureEventBus, failureEventBus.eventBusArn);
    }
  }

  /**
   * A custom step that hands its file to this function.
   *
   * @throws Error when the step would end before the function does, or lasts over 30 minutes
   */
  step({ timeout = DEFAULT_STEP, ...props }: CustomStepProps): WorkflowStepDefinition {
    const timeoutSeconds = timeout.toSeconds();
    const functionSeconds = this.timeout?.toSeconds() ?? DEFAULT_FUNCTION_SECONDS;
    if (timeoutSeconds < 1 || timeoutSeconds > LONGEST_STEP.toSeconds()) {
      throw new Error(`step "${props.name}" has a timeout of ${timeoutSeconds} s: give it 1 s to 30 minutes`);
    }
    if (functionSeconds >= timeoutSeconds) {
      throw new Error(
        `the function of step "${props.name}" may run for ${functionSeconds} s, but the step waits for ${timeoutSeconds} s only: give the step a longer timeout, or the function a shorter one`,
      );
    }
    this.#shortestStepSeconds = Math.min(timeoutSeconds, this.#shortestStepSeconds ?? timeoutSeconds);
    return customStep({ ...props, timeoutSeconds, target: this });
  }

  /** Lets the function read uploaded files: their content, and their tags where it writes one. */
  readsFrom(bucket: IBucket, objects: string = '*'): void {
    const tags = this.#failureTag === undefined ? [] : ['s3:GetObjectTagging', 's3:PutObjectTagging'];
    this.#allowObjects(bucket, objects, ['s3:GetObject', ...tags]);
    // Without it S3 does not say of an object whether it is absent or forbidden.
    this.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
    bucket.encryptionKey?.grant(this, 'kms:Decrypt');
  }

  /** Lets the function write results. */
  writesTo(bucket: IBucket, objects: string = '*'): void {
    this.#allowObjects(bucket, objects, ['s3:AbortMultipartUpload', 's3:PutObject']);
    bucket.encryptionKey?.grant(this, 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  /** Lets another principal `complete` a deferred step of this function: decide in the ledger, and report. */
  grantComplete(grantee: IGrantable): void {
    this.ringback.grantLedger(grantee);
    grantee.grantPrincipal.addToPrincipalPolicy(answerStatement());
  }

  #allowAnswers(): void {
    if (this.role !== undefined) {
      const policy = new Policy(this, 'StepPolicy', { roles: [this.role], statements: [answerStatement()] });
      Validations.of(policy).acknowledge({ id: WORKFLOW_FINDING, reason: ANY_WORKFLOW });
    }
    this.ringback.addResultPermissions(answerStatement());
    Validations.of(this.ringback).acknowledge({ id: WORKFLOW_FINDING, reason: ANY_WORKFLOW });
  }

  #allowObjects(bucket: IBucket, objects: string, actions: string[]): void {
    this.addToRolePolicy(new PolicyStatement({ actions, resources: [bucket.arnForObjects(objects)] }));
    if (this.role === undefined || !objects.includes('*')) return;
    const reason = 'Users name the files that they upload, so a role can be confined to a bucket and a prefix.';
    acknowledgePatterns(this.role as unknown as Construct, bucket, objects, reason);
  }
}

function answerStatement(): PolicyStatement {
  return new PolicyStatement({
    actions: ['transfer:SendWorkflowStepState'],
    resources: [`arn:${Aws.PARTITION}:transfer:${Aws.REGION}:${Aws.ACCOUNT_ID}:workflow/*`],
  });
}
