import { Duration } from 'aws-cdk-lib';
import { type IGrantable, Policy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentVariables, type OnCrash } from '../../lib/constants.ts';
import { checkCallbackFunction } from './check-function.ts';
import { CompletionGrants } from './completion-grants.ts';
import { ContinuationQueue } from './continuation-queue.ts';
import { defaultEventAge, type EventAgeTerms, eventAgeProblem } from './event-age.ts';
import { DEFAULT_TIMEOUT, HandlerFunction, type HandlerFunctionProps } from './handler-function.ts';
import type { CallbackService } from './ledger-access.ts';
import { queueDestination } from './queue-destination.ts';
import { Ringback } from './ringback.ts';

/** Properties of {@link CallbackFunction}. */
export interface CallbackFunctionProps extends Omit<HandlerFunctionProps, 'onFailure' | 'onSuccess'> {
  /**
   * The ledger and the last resort behind this function. All functions of one Ringback trust each other.
   * @default - the stack's own, made on demand: `Ringback.of(scope)`
   */
  readonly ringback?: Ringback;
  /**
   * What happens to a delivery whose process died before a decision: it is answered failed, or the logic runs again.
   * @default 'fail'
   */
  readonly onCrash?: OnCrash;
  /** How often Lambda invokes again after an error, 0 to 2. @default 2 */
  readonly retryAttempts?: number;
  /**
   * How long an event may wait for the function, retries included, 1 minute to 6 hours; the last resort answers older
   * ones. Too long, and logic begins that nobody waits for any more.
   * @default - what the service waits, less the function's timeout, less 2 minutes for the last resort; 1 hour where it
   * waits for a day or more. See docs/deploy.md, "Times"
   */
  readonly maxEventAge?: Duration;
}

/** What a kind of function is handed, and how long its service waits. */
export interface CallbackKind {
  /** Whose entries the function may write. @default - those of all services */
  readonly services?: readonly CallbackService[];
  /** How long the service waits for a word, in seconds. @default - a day or more */
  readonly waitsSeconds?: number;
}

/**
 * A function that owes somebody an answer: it has a ledger for its decisions and a last resort behind it.
 *
 * The functions for one service know more about it; take this one for what they do not cover, and give it its result
 * API, its last resort the same (`ringback.addResultPermissions`), and `complete` (`addCompletionPermissions`).
 */
export class CallbackFunction extends HandlerFunction {
  readonly ringback: Ringback;
  readonly reservedConcurrency: number | undefined;
  /** What the user gave, in seconds, and what it is held against. */
  readonly #eventAge: { readonly given: number | undefined; readonly terms: EventAgeTerms };
  readonly #services: readonly CallbackService[];
  readonly #completion = new CompletionGrants();
  #continuationQueue: ContinuationQueue | undefined;
  #lastResortPolicy: Policy | undefined;

  /**
   * @throws Error when a property is of another kind, an event could wait for longer than its service, or the Ringback is
   * of another account or Region
   */
  constructor(
    scope: Construct,
    id: string,
    props: CallbackFunctionProps,
    { services = [], waitsSeconds }: CallbackKind = {},
  ) {
    checkCallbackFunction(scope, id, props);
    const { ringback = Ringback.of(scope), onCrash = 'fail', environment, ...options } = props;
    const terms = { functionSeconds: (options.timeout ?? DEFAULT_TIMEOUT).toSeconds(), waitsSeconds };
    const given = options.maxEventAge?.toSeconds();
    requireEventAge(id, given, terms);
    super(scope, id, {
      logRemovalPolicy: ringback.removalPolicy,
      ...options,
      retryAttempts: options.retryAttempts ?? 2,
      maxEventAge: Duration.seconds(given ?? defaultEventAge(terms)),
      onFailure: queueDestination(ringback.lastResortQueue),
      environment: {
        ...environment,
        [environmentVariables.ledgerTable]: ringback.ledger.tableName,
        [environmentVariables.lastResort]: 'true',
        [environmentVariables.onCrash]: onCrash,
      },
    });
    this.ringback = ringback;
    this.reservedConcurrency = options.reservedConcurrentExecutions;
    this.#eventAge = { given, terms };
    this.#services = services;
    ringback.grantLedger(this, ...services);
    ringback.watch(this);
  }

  /**
   * Lets the function use `continueAfter` and `defer` where its service hands nothing back itself.
   *
   * @returns the queue by which deliveries come back; the same one however often it is asked for
   */
  enableContinuation(): IQueue {
    this.#continuationQueue ??= new ContinuationQueue(this, 'ContinuationQueue');
    return this.#continuationQueue;
  }

  /**
   * Lets another principal `complete` deferred deliveries of this function: read its service's entries, decide, and
   * report, and nothing else. A function also learns the name of the ledger.
   *
   * @throws Error when the other function completes the callbacks of another Ringback
   */
  grantComplete(grantee: IGrantable): void {
    this.ringback.admitCompleter(grantee, ...this.#services);
    this.#completion.addGrantee(grantee);
  }

  /** Adds to what `grantComplete` gives beside the ledger: what the result API asks of its caller. */
  addCompletionPermissions(statement: PolicyStatement): void {
    this.#completion.addStatement(statement);
    this.ringback.addCompletionPermissions(statement);
  }

  /**
   * Lets the last resort do for this function what no other function of its Ringback needs. The policy stands beside the
   * function, whose stack may be another than the last resort's.
   *
   * @returns the policy, for acknowledgements
   */
  addLastResortPermissions(statement: PolicyStatement): Policy {
    const { role } = this.ringback.lastResort;
    this.#lastResortPolicy ??= new Policy(this, 'LastResortPolicy', { roles: role === undefined ? [] : [role] });
    this.#lastResortPolicy.addStatements(statement);
    return this.#lastResortPolicy;
  }

  /**
   * How long an event may wait where the service waits so long, in seconds.
   *
   * @throws Error when the user's own choice is longer
   */
  protected eventAgeFor(waitsSeconds: number): number {
    const { given } = this.#eventAge;
    const terms = { ...this.#eventAge.terms, waitsSeconds };
    requireEventAge(this.node.id, given, terms);
    return given ?? defaultEventAge(terms);
  }
}

function requireEventAge(id: string, given: number | undefined, terms: EventAgeTerms): void {
  const problem = eventAgeProblem(given ?? defaultEventAge(terms), terms);
  if (problem !== undefined) throw new Error(`${id}: ${problem}`);
}
