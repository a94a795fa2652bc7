import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Alarm, Dashboard, IAlarmAction, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environmentVariables, type StepNotice } from '../../lib/constants.ts';
import { handlerPath } from '../handler-path.ts';
import { checkPlace } from './check-place.ts';
import {
  checkProperties,
  flag,
  grantee as granteeKind,
  key,
  objects,
  retention,
  text,
  withMember,
} from './check-properties.ts';
import { CompletionGrants } from './completion-grants.ts';
import { setVariable } from './function-variables.ts';
import { checkOutcomes, grantOutcomes, type OutcomeProps } from './grant-outcomes.ts';
import { granteeWithin } from './grantee-within.ts';
import type { HandlerFunction } from './handler-function.ts';
import { lastResortAlarms } from './last-resort-alarms.ts';
import { LastResortParts } from './last-resort-parts.ts';
import {
  type CallbackService,
  COMPLETION_ACTIONS,
  callbackServices,
  ENTRY_ACTIONS,
  LEDGER_KEY_ACTIONS,
  ledgerStatement,
} from './ledger-access.ts';
import { createLedgerTable } from './ledger-table.ts';
import { RingbackDashboard } from './ringback-dashboard.ts';
import { noteNeed } from './stack-order.ts';
import { WatchedDeliveries } from './watched-deliveries.ts';

const ID = 'Ringback';

/** Properties of {@link Ringback}. */
export interface RingbackProps extends OutcomeProps {
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
 *
 * One Ringback is one trust domain. IAM confines its functions to the entries of their own service, and lets nobody list
 * or delete any; but functions of one service can read each other's callbacks and decide in each other's place, and the
 * last resort takes whatever lies in its queue for what a function failed on. Functions that must not trust each other
 * get a Ringback each.
 */
export class Ringback extends Construct {
  /**
   * The Ringback of a scope: the nearest one that stands beside the scope or above it in its stack; where there is
   * none, the stack gets one with all defaults.
   *
   * @throws Error where two stand beside each other
   */
  static of(scope: Construct): Ringback {
    const stack = Stack.of(scope);
    for (let place: Construct | undefined = scope; place; place = place.node.scope as Construct | undefined) {
      const [found, other] = place.node.children.filter((child) => child instanceof Ringback);
      if (found !== undefined && other !== undefined) {
        throw new Error(
          `${place.node.path} has the Ringbacks ${found.node.id} and ${other.node.id}: say of each function by its property ringback to which one it belongs`,
        );
      }
      if (found !== undefined) return found;
      if (place === stack) break;
    }
    if (stack.node.tryFindChild(ID) !== undefined) {
      throw new Error(
        `${stack.node.path}/${ID} is something else: make a Ringback with another id before the first function`,
      );
    }
    const made = new Ringback(stack, ID);
    made.#isOnDemand = true;
    return made;
  }

  /** What is made after the functions that it is for would be made in vain. */
  static #requireFirst(scope: Construct, id: string): void {
    for (const child of Stack.of(scope).node.children) {
      if (!(child instanceof Ringback) || !child.#isOnDemand) continue;
      const early = [...child.#functions].find((fn) => fn.node.scopes.includes(scope));
      if (early === undefined) continue;
      throw new Error(
        `${early.node.path} has the Ringback ${child.node.path} already, which was made for it on demand: make ${scope.node.path}/${id} before the first function`,
      );
    }
  }

  readonly ledger: Table;
  /** Takes what functions failed on for good; the last resort answers it. */
  readonly lastResortQueue: IQueue;
  /** Keeps, for 14 days, what not even the last resort could answer. */
  readonly deadLetterQueue: IQueue;
  readonly lastResort: HandlerFunction;
  readonly dashboard: Dashboard | undefined;
  readonly removalPolicy: RemovalPolicy;
  /** The key of the customer's under which ledger and queues lie. */
  readonly encryptionKey: IKey | undefined;
  /** Whether a function made it, and nobody gave it properties. */
  #isOnDemand = false;
  readonly #alarms: Alarm[] = [];
  readonly #alarmsHere: Alarm[] = [];
  readonly #alarmActions: readonly IAlarmAction[];
  /** Those whose environment names this ledger. */
  readonly #functions = new Set<IFunction>();
  readonly #completion = new CompletionGrants();
  readonly #deliveries: WatchedDeliveries;
  readonly #lastResort: LastResortParts;
  readonly #outcomes: OutcomeProps;

  /**
   * @throws Error when a property is of another kind, or functions of this scope have the stack's own Ringback already,
   * which was made for them on demand: what is given here would count for none of them
   */
  constructor(scope: Construct, id: string, props: RingbackProps = {}) {
    checkPlace(scope, id);
    checkProperties(`${scope.node.path}/${id}`, props, {
      encryptionKey: key,
      deletionProtection: flag,
      lastResortEntry: text,
      logRetention: retention,
      alarmTopic: withMember('a topic, such as Topic.fromTopicArn(…)', 'topicArn'),
      alarmActions: objects,
      dashboard: flag,
    });
    Ringback.#requireFirst(scope, id);
    super(scope, id);
    this.removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.encryptionKey = props.encryptionKey;
    checkOutcomes(this.node.path, Stack.of(this).region, props);
    this.#outcomes = props;
    this.ledger = createLedgerTable(this, 'Ledger', props);
    this.#lastResort = new LastResortParts(this, {
      entry: props.lastResortEntry ?? handlerPath('last-resort'),
      ledgerTableName: this.ledger.tableName,
      encryptionKey: props.encryptionKey,
      removalPolicy: this.removalPolicy,
      logRetention: props.logRetention,
    });
    this.lastResort = this.#lastResort.function;
    this.lastResortQueue = this.#lastResort.queue;
    this.deadLetterQueue = this.#lastResort.deadLetterQueue;
    this.grantLedger(this.lastResort);
    this.grantOutcomes(this.lastResort);
    this.#lastResort.connect();
    this.#alarmActions = actionsOf(props);
    for (const alarm of lastResortAlarms(this)) this.addAlarm(alarm);
    this.#deliveries = new WatchedDeliveries(this);
    this.dashboard = (props.dashboard ?? true) ? new RingbackDashboard(this, 'Dashboard', this) : undefined;
  }

  /**
   * Lets a principal open entries of these services, move them on and read them: what a function does that is handed
   * their callbacks.
   *
   * @param services - all where none is named
   */
  grantLedger(grantee: IGrantable, ...services: readonly CallbackService[]): void {
    this.#grantEntries(grantee, ENTRY_ACTIONS, services);
  }

  /**
   * Lets a principal `complete` every callback of this Ringback's functions: read an entry, decide, and report. A
   * function also learns the name of the ledger. The `grantComplete` of one function is for its own service alone.
   *
   * @throws Error when the function completes the callbacks of another Ringback
   */
  grantComplete(grantee: IGrantable): void {
    this.admitCompleter(grantee);
    this.#completion.addGrantee(grantee);
  }

  /**
   * The ledger's part of {@link Ringback.grantComplete}: reading entries of these services and deciding them.
   *
   * @param services - all where none is named
   * @throws Error when the grantee has no principal, or the function completes the callbacks of another Ringback
   */
  admitCompleter(grantee: IGrantable, ...services: readonly CallbackService[]): void {
    checkProperties(this.node.path, { grantee: grantee ?? null }, { grantee: granteeKind });
    if (grantee instanceof LambdaFunction) this.#nameLedger(grantee);
    this.#grantEntries(grantee, COMPLETION_ACTIONS, services);
    this.grantOutcomes(grantee);
  }

  /** Lets a principal tell how callbacks end, as `outcomeEventBus` and `metricsNamespace` say. */
  grantOutcomes(grantee: IGrantable): void {
    grantOutcomes(grantee, this.#outcomes);
  }

  /** Adds to what {@link Ringback.grantComplete} gives beside the ledger. */
  addCompletionPermissions(statement: PolicyStatement): void {
    this.#completion.addStatement(statement);
  }

  /**
   * Lets the last resort call a result API.
   *
   * @param anyResourceReason - why the statement names no resource, where it allows its actions on `"*"`
   */
  addResultPermissions(statement: PolicyStatement, anyResourceReason?: string): void {
    this.#lastResort.addResultPermissions(statement, anyResourceReason);
  }

  /**
   * Tells the last resort to whom the failures of a step's function are told, for steps whose function never loaded. A
   * function of another stack is left out: its stack is deployed after this one.
   */
  addStepNotice(fn: IFunction, notice: Omit<StepNotice, 'functionName'>): void {
    if (this.#isHere(fn)) this.#lastResort.addStepNotice(fn, notice);
  }

  /** Its own alarms, and those that were added. */
  get alarms(): readonly Alarm[] {
    return this.#alarms;
  }

  /** Has an alarm tell whom all alarms of this Ringback tell, and shows it on the dashboard, unless it is of another stack. */
  addAlarm(alarm: Alarm): void {
    if (this.#alarmActions.length > 0) alarm.addAlarmAction(...this.#alarmActions);
    this.#alarms.push(alarm);
    if (this.#isHere(alarm)) this.#alarmsHere.push(alarm);
  }

  /** Its own alarms, and those that were added, of its own stack: a dashboard cannot show what is deployed after it. */
  get alarmsHere(): readonly Alarm[] {
    return this.#alarmsHere;
  }

  /**
   * Watches a function: raises an alarm when Lambda gives its events up, and shows it on the dashboard of its stack.
   *
   * @throws Error when the function completes the callbacks of another Ringback
   */
  watch(fn: IFunction): void {
    this.#requireOneLedger(fn);
    this.#functions.add(fn);
    this.#deliveries.watchFunction(fn);
    if (this.dashboard instanceof RingbackDashboard && this.#isHere(fn)) this.dashboard.addFunction(fn);
  }

  /** Raises an alarm when a delivery waits in a queue of a function for longer than it ever should. */
  watchQueue(queue: IQueue): void {
    this.#deliveries.watchQueue(queue);
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

  #grantEntries(grantee: IGrantable, actions: readonly string[], services: readonly CallbackService[]): void {
    const named = services.length > 0 ? services : callbackServices;
    const within = granteeWithin(grantee);
    within.grantPrincipal.addToPrincipalPolicy(ledgerStatement(this.ledger, actions, named));
    this.encryptionKey?.grant(within, ...LEDGER_KEY_ACTIONS);
  }

  #nameLedger(fn: LambdaFunction): void {
    this.#requireOneLedger(fn);
    noteNeed(fn, this.ledger.tableArn, `${fn.node.path} completes callbacks of ${this.node.path}`);
    this.#functions.add(fn);
    setVariable(fn, environmentVariables.ledgerTable, this.ledger.tableName);
  }

  #requireOneLedger(fn: IFunction): void {
    const ringbacks = this.node.root.node.findAll().filter((one) => one instanceof Ringback);
    const other = ringbacks.find((one) => one !== this && one.#functions.has(fn));
    if (other !== undefined) {
      throw new Error(
        `${fn.node.path} keeps the ledger of ${other.node.path}, and a process has one: answer callbacks of ${this.node.path} and of ${other.node.path} from two functions, or give both one Ringback`,
      );
    }
  }

  #isHere(construct: Construct): boolean {
    return Stack.of(construct) === Stack.of(this);
  }
}

function actionsOf({ alarmTopic, alarmActions = [] }: RingbackProps): readonly IAlarmAction[] {
  if (alarmTopic === undefined) return alarmActions;
  return [...alarmActions, { bind: () => ({ alarmActionArn: alarmTopic.topicArn }) }];
}
