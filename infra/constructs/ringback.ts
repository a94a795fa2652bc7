import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { Alarm, Dashboard, IAlarmAction, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, Policy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { type IQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environmentVariables, LAST_RESORT_MAX_RECEIVES, ledgerAttributes } from '../../lib/constants.ts';
import { handlerPath } from '../handler-path.ts';
import { HandlerFunction } from './handler-function.ts';
import { lastResortAlarms } from './last-resort-alarms.ts';
import { RingbackDashboard } from './ringback-dashboard.ts';

const ID = 'Ringback';

/** Properties of {@link Ringback}. */
export interface RingbackProps {
  /** Encrypts the ledger and the queues with a key of your own. @default - keys that AWS owns, at no cost */
  readonly encryptionKey?: IKey;
  /** Refuses to delete the ledger. @default false */
  readonly deletionProtection?: boolean;
  /** What becomes of the ledger and the log groups with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /** The handler of the last resort. @default - the one that comes with the package */
  readonly lastResortEntry?: string;
  /** How long the last resort's log events are kept. @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /** Receives the alarms. @default - nobody is told */
  readonly alarmTopic?: ITopic;
  /** Further actions of the alarms. @default none */
  readonly alarmActions?: readonly IAlarmAction[];
  /** Shows the last resort, the ledger and every function on a CloudWatch dashboard. @default true */
  readonly dashboard?: boolean;
}

/**
 * What the callback functions of a stack share: the ledger of decisions, and the last resort, which answers for those
 * that could not.
 */
export class Ringback extends Construct {
  /**
   * The Ringback of a scope: the nearest one that stands beside the scope or above it in its stack; where there is
   * none, the stack gets one with all defaults.
   */
  static of(scope: Construct): Ringback {
    const stack = Stack.of(scope);
    for (let place: Construct | undefined = scope; place; place = place.node.scope as Construct | undefined) {
      const found = place.node.children.find((child) => child instanceof Ringback);
      if (found !== undefined) return found;
      if (place === stack) break;
    }
    return new Ringback(stack, ID);
  }

  readonly ledger: Table;
  /** Takes what functions failed on for good; the last resort answers it. */
  readonly lastResortQueue: IQueue;
  /** Keeps, for 14 days, what not even the last resort could answer. */
  readonly deadLetterQueue: IQueue;
  readonly lastResort: HandlerFunction;
  readonly dashboard: Dashboard | undefined;
  readonly removalPolicy: RemovalPolicy;
  readonly #encryptionKey: IKey | undefined;
  readonly #alarms: Alarm[] = [];
  readonly #alarmActions: readonly IAlarmAction[];
  #resultPolicy: Policy | undefined;

  constructor(scope: Construct, id: string, props: RingbackProps = {}) {
    super(scope, id);
    this.removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.#encryptionKey = props.encryptionKey;
    this.ledger = this.#createLedger(props.deletionProtection ?? false);
    this.deadLetterQueue = this.#createQueue('DeadLetters', { retentionPeriod: Duration.days(14) });
    this.lastResort = new HandlerFunction(this, 'LastResort', {
      entry: props.lastResortEntry ?? handlerPath('last-resort'),
      description: 'Answers for functions that could not',
      environment: { [environmentVariables.ledgerTable]: this.ledger.tableName },
      logRemovalPolicy: this.removalPolicy,
      ...(props.logRetention === undefined ? {} : { logRetention: props.logRetention }),
    });
    this.lastResortQueue = this.#createQueue('LastResortQueue', {
      // Six times the function's timeout, as AWS advises; five receipts then take 15 minutes, so that the last try
      // still comes before a CodePipeline action's 20 minutes of silence are over.
      visibilityTimeout: Duration.seconds(180),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: LAST_RESORT_MAX_RECEIVES },
    });
    this.#connectLastResort();
    this.#alarmActions = actionsOf(props);
    for (const alarm of lastResortAlarms(this)) this.addAlarm(alarm);
    this.dashboard = (props.dashboard ?? true) ? new RingbackDashboard(this, 'Dashboard', this) : undefined;
  }

  /** How queues are kept that hold deliveries: these carry credentials and callback tokens. */
  get queueEncryption(): QueueProps {
    const key = this.#encryptionKey;
    return {
      enforceSSL: true,
      ...(key === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
    };
  }

  /** Lets a principal claim callbacks, make decisions and read them. */
  grantLedger(grantee: IGrantable): void {
    this.ledger.grant(grantee, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    // What DynamoDB asks of the caller of a table under a customer's key.
    this.#encryptionKey?.grant(grantee, 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey');
  }

  /**
   * Lets the last resort call a result API.
   *
   * @param anyResourceReason - why the statement names no resource, where it allows its actions on `"*"`
   */
  addResultPermissions(statement: PolicyStatement, anyResourceReason?: string): void {
    this.#resultPolicy ??= new Policy(this, 'ResultPolicy', {
      roles: this.lastResort.role ? [this.lastResort.role] : [],
    });
    this.#resultPolicy.addStatements(statement);
    if (anyResourceReason === undefined) return;
    Validations.of(this.#resultPolicy).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason: anyResourceReason });
  }

  /** Its own alarms, and those that were added. */
  get alarms(): readonly Alarm[] {
    return this.#alarms;
  }

  /** Has an alarm tell whom all alarms of this Ringback tell, and shows it on the dashboard. */
  addAlarm(alarm: Alarm): void {
    if (this.#alarmActions.length > 0) alarm.addAlarmAction(...this.#alarmActions);
    this.#alarms.push(alarm);
  }

  /** Shows a function on the dashboard. */
  watch(fn: IFunction): void {
    if (this.dashboard instanceof RingbackDashboard) this.dashboard.addFunction(fn);
  }

  /** How often the last resort was needed. @default - sum over 5 minutes */
  metricLastResortUsed(options?: MetricOptions): Metric {
    return this.lastResort.metricInvocations({ statistic: 'Sum', ...options });
  }

  /** How often the last resort itself failed. @default - sum over 5 minutes */
  metricLastResortErrors(options?: MetricOptions): Metric {
    return this.lastResort.metricErrors({ statistic: 'Sum', ...options });
  }

  /** How many deliveries nobody could answer. @default - maximum over 5 minutes */
  metricUnanswered(options?: MetricOptions): Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', ...options });
  }

  #createLedger(deletionProtection: boolean): Table {
    const key = this.#encryptionKey;
    return new Table(this, 'Ledger', {
      partitionKey: { name: ledgerAttributes.key, type: AttributeType.STRING },
      timeToLiveAttribute: ledgerAttributes.expiration,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: this.removalPolicy,
      deletionProtection,
      ...(key === undefined ? {} : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
    });
  }

  #createQueue(id: string, props: QueueProps): Queue {
    return new Queue(this, id, { ...props, ...this.queueEncryption });
  }

  #connectLastResort(): void {
    this.grantLedger(this.lastResort);
    this.lastResortQueue.grant(
      this.lastResort,
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
    );
    this.lastResort.addEventSourceMapping('Queue', {
      eventSourceArn: this.lastResortQueue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
  }
}

function actionsOf({ alarmTopic, alarmActions = [] }: RingbackProps): readonly IAlarmAction[] {
  if (alarmTopic === undefined) return alarmActions;
  return [...alarmActions, { bind: () => ({ alarmActionArn: alarmTopic.topicArn }) }];
}
