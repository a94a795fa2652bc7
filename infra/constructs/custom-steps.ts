import { Aws, Duration, Lazy, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { environmentVariables } from '../../lib/constants.ts';
import { DEFAULT_STEP_SECONDS, LONGEST_STEP_SECONDS } from '../../lib/lifetimes.ts';
import { acknowledgeResource } from './acknowledge.ts';
import type { AdoptedFunction } from './adopted-function.ts';
import type { CallbackKind } from './adoption-props.ts';
import { requireProperties } from './check-function.ts';
import { bucket as bucketKind, checkProperties, eventBus, flag, knownDuration, text } from './check-properties.ts';
import { timeoutOf } from './function-settings.ts';
import { setVariable } from './function-variables.ts';
import { attachedPolicy, granteeWithin, roleWithin } from './grantee-within.ts';
import { noteNeed } from './stack-order.ts';
import { customStep, type WorkflowStepDefinition, type WorkflowStepProps } from './workflow-steps.ts';

// A workflow names its functions, so their roles cannot name the workflow without a circle.
const ANY_WORKFLOW = 'The workflow names the function, so the role of the function cannot name the workflow.';
/** All workflows: a role that answers a step cannot name its own. */
export const WORKFLOWS = `arn:${Aws.PARTITION}:transfer:${Aws.REGION}:${Aws.ACCOUNT_ID}:workflow/*`;

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

/** How custom steps are done. */
export interface CustomStepsProps {
  /** Lets the handler use `continueAfter` and `defer`, by a queue of its own. @default true */
  readonly continuation?: boolean;
  /** Learns why a step failed, since Transfer Family takes no reason. @default - the log and the metric alone say it */
  readonly failureEventBus?: IEventBus;
  /** The key of an object tag that says why a step failed. @default - no tag */
  readonly failureTag?: string;
}

/** Properties of {@link CustomSteps.step}. */
export interface CustomStepProps extends WorkflowStepProps {
  /**
   * How long the workflow waits for the answer, at most 30 minutes, with all retries and continuations. It must be
   * longer than the function's timeout.
   * @default Duration.minutes(15)
   */
  readonly timeout?: Duration;
}

/** A function that Transfer Family hands custom steps to. */
export const WORKFLOW_STEPS: CallbackKind = { services: ['transfer'], waitsSeconds: LONGEST_STEP_SECONDS };

/** Lets a function do custom steps of workflows. */
export class CustomSteps {
  readonly callbacks: AdoptedFunction;
  readonly #failureTag: string | undefined;
  #shortestStepSeconds: number | undefined;

  constructor(callbacks: AdoptedFunction, props: CustomStepsProps) {
    this.callbacks = callbacks;
    checkProperties(callbacks.function.node.path, props, {
      continuation: flag,
      failureEventBus: eventBus,
      failureTag: text,
    });
    const { continuation = true, failureEventBus, failureTag } = props;
    this.#failureTag = failureTag;
    this.#allowAnswers();
    if (continuation) callbacks.enableContinuation();
    setVariable(
      callbacks.function,
      environmentVariables.stepTimeoutSeconds,
      // One function may serve several steps, and events do not say which: the shortest holds for all.
      Lazy.string({ produce: () => this.#shortestStepSeconds?.toString() }),
    );
    this.#limitEventAge();
    this.#tellFailures(failureTag, failureEventBus);
  }

  /** See `AdoptedFunction.grantComplete`. */
  grantComplete(grantee: IGrantable): void {
    this.callbacks.grantComplete(grantee);
  }

  /**
   * A custom step that hands its file to this function.
   *
   * @throws Error when the step would end before the function does, lasts over 30 minutes, or ends before an event may
   * wait no more
   */
  step(step: CustomStepProps): WorkflowStepDefinition {
    const { function: fn } = this.callbacks;
    requireProperties(`a step of ${fn.node.path}`, step, { name: "'scan'" });
    checkProperties(`a step of ${fn.node.path}`, step, { timeout: knownDuration });
    const { timeout = Duration.seconds(DEFAULT_STEP_SECONDS), ...props } = step;
    const timeoutSeconds = timeout.toSeconds();
    const functionSeconds = timeoutOf(fn).toSeconds();
    if (timeoutSeconds < 1 || timeoutSeconds > LONGEST_STEP_SECONDS) {
      throw new Error(`step "${props.name}" has a timeout of ${timeoutSeconds} s: give it 1 s to 30 minutes`);
    }
    if (functionSeconds >= timeoutSeconds) {
      throw new Error(
        `the function of step "${props.name}" may run for ${functionSeconds} s, but the step waits for ${timeoutSeconds} s only: give the step a longer timeout, or the function a shorter one`,
      );
    }
    this.callbacks.eventAgeFor(timeoutSeconds);
    this.#shortestStepSeconds = Math.min(timeoutSeconds, this.#shortestStepSeconds ?? timeoutSeconds);
    return customStep({ ...props, timeoutSeconds, target: fn });
  }

  /**
   * Lets the function read uploaded files: their content, and where it writes a tag their tags; the last resort and
   * whoever may `complete` its steps tag them, too.
   */
  readsFrom(bucket: IBucket, objects: string = '*'): void {
    const tags = this.#failureTag === undefined ? [] : TAG_ACTIONS;
    this.#allowObjects(bucket, objects, [...new Set([...READ_ACTIONS, ...tags])]);
    // Without it S3 does not say of an object whether it is absent or forbidden.
    this.#allow(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
    bucket.encryptionKey?.grant(granteeWithin(this.callbacks.function), 'kms:Decrypt');
    if (this.#failureTag !== undefined) this.#allowTags(bucket, objects);
  }

  /** Lets the function write results. */
  writesTo(bucket: IBucket, objects: string = '*'): void {
    this.#allowObjects(bucket, objects, ['s3:AbortMultipartUpload', 's3:PutObject']);
    bucket.encryptionKey?.grant(granteeWithin(this.callbacks.function), 'kms:Decrypt', 'kms:GenerateDataKey');
  }

  #allowAnswers(): void {
    const { function: fn, ringback } = this.callbacks;
    if (fn.role !== undefined) {
      const policy = attachedPolicy(fn, 'StepPolicy', fn.role, [answerStatement()]);
      acknowledgeResource(policy, WORKFLOWS, ANY_WORKFLOW);
    }
    ringback.addResultPermissions(answerStatement());
    this.callbacks.addCompletionPermissions(answerStatement());
    acknowledgeResource(ringback, WORKFLOWS, ANY_WORKFLOW);
  }

  /** The steps, and so how long they wait, are known only when the stack is whole. */
  #limitEventAge(): void {
    const config = this.callbacks.function.node.findChild('EventInvokeConfig').node
      .defaultChild as CfnEventInvokeConfig;
    config.maximumEventAgeInSeconds = Lazy.number({
      produce: () => this.callbacks.eventAgeFor(this.#shortestStepSeconds ?? LONGEST_STEP_SECONDS),
    });
  }

  #tellFailures(failureTag: string | undefined, failureEventBus: IEventBus | undefined): void {
    const { function: fn, ringback } = this.callbacks;
    if (failureTag === undefined && failureEventBus === undefined) return;
    ringback.addStepNotice(fn, {
      ...(failureTag === undefined ? {} : { failureTag }),
      ...(failureEventBus === undefined ? {} : { failureEventBus: failureEventBus.eventBusArn }),
    });
    if (failureTag !== undefined) setVariable(fn, environmentVariables.failureTag, failureTag);
    if (failureEventBus === undefined) return;
    this.#allowEvents(failureEventBus);
    setVariable(fn, environmentVariables.failureEventBus, failureEventBus.eventBusArn);
  }

  /** Telling a failure: whoever decides it tells it, be it the function, the last resort or `complete`. */
  #allowEvents(bus: IEventBus): void {
    const statement = new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });
    const { function: fn } = this.callbacks;
    noteNeed(fn, bus.eventBusArn, `${fn.node.path} tells failures to ${bus.node.path}`);
    this.#allow(statement);
    this.callbacks.addLastResortPermissions(statement.copy());
    this.callbacks.addCompletionPermissions(statement);
  }

  #allowTags(bucket: IBucket, objects: string): void {
    const statement = new PolicyStatement({ actions: TAG_ACTIONS, resources: [bucket.arnForObjects(objects)] });
    const policy = this.callbacks.addLastResortPermissions(statement);
    this.callbacks.addCompletionPermissions(statement.copy());
    if (objects.includes('*')) acknowledgeResource(policy, bucket.arnForObjects(objects), KEYS_UNKNOWN);
  }

  #allowObjects(bucket: IBucket, objects: string, actions: string[]): void {
    const own = this.callbacks.function;
    checkProperties(own.node.path, { bucket: bucket ?? null }, { bucket: bucketKind });
    const elsewhere = `make ${bucket.node.path} in ${Stack.of(own).node.path} or in a stack of its own`;
    noteNeed(own, bucket.bucketArn, `${own.node.path} may use the files of ${bucket.node.path}`, elsewhere);
    this.#allow(new PolicyStatement({ actions, resources: [bucket.arnForObjects(objects)] }));
    if (own.role === undefined || !objects.includes('*')) return;
    acknowledgeResource(roleWithin(own, own.role), bucket.arnForObjects(objects), KEYS_UNKNOWN);
  }

  #allow(statement: PolicyStatement): void {
    granteeWithin(this.callbacks.function).grantPrincipal.addToPrincipalPolicy(statement);
  }
}

function answerStatement(): PolicyStatement {
  return new PolicyStatement({
    actions: ['transfer:SendWorkflowStepState'],
    resources: [WORKFLOWS],
  });
}
