import { Duration, Lazy, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Policy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type IQueue, Queue, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentVariables, type StepNotice } from '../../lib/constants.ts';
import {
  LAST_RESORT_MAX_RECEIVES,
  LAST_RESORT_TIMEOUT_SECONDS,
  LAST_RESORT_VISIBILITY_SECONDS,
} from '../../lib/lifetimes.ts';
import { acknowledge } from './acknowledge.ts';
import { deliveryQueueProps, feed } from './delivery-queue.ts';
import { HandlerFunction } from './handler-function.ts';
import { allowRecursiveLoop } from './recursive-loop.ts';

/** What {@link LastResortParts} are made of. */
export interface LastResortProps {
  readonly entry: string;
  readonly ledgerTableName: string;
  readonly encryptionKey: IKey | undefined;
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: RetentionDays | undefined;
}

/** The function that answers for those that could not, the queue that feeds it, and the one behind that. */
export class LastResortParts {
  readonly function: HandlerFunction;
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly #scope: Construct;
  /** To whom the failures of steps are told, by function. */
  readonly #stepNotices: object[] = [];
  #resultPolicy: Policy | undefined;

  /** @param scope - the Ringback, whose own parts these are */
  constructor(scope: Construct, props: LastResortProps) {
    this.#scope = scope;
    const { entry, ledgerTableName, encryptionKey, removalPolicy, logRetention } = props;
    const createQueue = (id: string, queue: QueueProps) =>
      new Queue(scope, id, { ...queue, ...deliveryQueueProps(encryptionKey) });
    this.deadLetterQueue = createQueue('DeadLetters', {});
    this.function = new HandlerFunction(scope, 'LastResort', {
      entry,
      description: 'Answers for functions that could not',
      timeout: Duration.seconds(LAST_RESORT_TIMEOUT_SECONDS),
      environment: { [environmentVariables.ledgerTable]: ledgerTableName },
      logRemovalPolicy: removalPolicy,
      ...(logRetention === undefined ? {} : { logRetention }),
    });
    this.queue = createQueue('LastResortQueue', {
      visibilityTimeout: Duration.seconds(LAST_RESORT_VISIBILITY_SECONDS),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: LAST_RESORT_MAX_RECEIVES },
    });
  }

  /** Has the queue handed to the function. */
  connect(): void {
    // It puts deliveries off in the place of those that could not, and what they then fail on comes back to it.
    allowRecursiveLoop(this.function);
    feed(this.function, 'Queue', this.queue, 10);
  }

  /** See `Ringback.addResultPermissions`. */
  addResultPermissions(statement: PolicyStatement, anyResourceReason: string | undefined): void {
    const { role } = this.function;
    this.#resultPolicy ??= new Policy(this.#scope, 'ResultPolicy', { roles: role === undefined ? [] : [role] });
    this.#resultPolicy.addStatements(statement);
    if (anyResourceReason === undefined) return;
    acknowledge(this.#resultPolicy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: anyResourceReason });
  }

  /** See `Ringback.addStepNotice`. */
  addStepNotice(fn: IFunction, notice: Omit<StepNotice, 'functionName'>): void {
    if (this.#stepNotices.length === 0) {
      const produce = () => Stack.of(this.#scope).toJsonString(this.#stepNotices);
      this.function.addEnvironment(environmentVariables.stepNotices, Lazy.string({ produce }));
    }
    this.#stepNotices.push({ functionName: fn.functionName, ...notice });
  }
}
