import { Duration, Stack } from 'aws-cdk-lib';
import { type IGrantable, Policy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { environmentVariables } from '../../lib/constants.ts';
import type { AdoptionProps, CallbackKind } from './adoption-props.ts';
import { requireAdoptable } from './check-adoption.ts';
import { CompletionGrants } from './completion-grants.ts';
import { ContinuationQueue } from './continuation-queue.ts';
import { defaultEventAge, type EventAgeTerms, eventAgeProblem } from './event-age.ts';
import { timeoutOf } from './function-settings.ts';
import { setVariable } from './function-variables.ts';
import type { CallbackService } from './ledger-access.ts';
import { queueDestination } from './queue-destination.ts';
import { Ringback } from './ringback.ts';
import { noteNeed } from './stack-order.ts';

/**
 * What makes a function answer: variables, permissions, retries, the last resort and the alarms. Ringback's own functions
 * are made of it, and a function of yours gets the same: `PipelineJobFunction.adopt(fn)` and its siblings, or this class
 * for a service that they do not cover.
 */
export class AdoptedFunction {
  readonly function: LambdaFunction;
  readonly ringback: Ringback;
  /** What the user gave, in seconds, and what it is held against. */
  readonly #eventAge: { readonly given: number | undefined; readonly terms: EventAgeTerms };
  readonly #services: readonly CallbackService[];
  readonly #completion = new CompletionGrants();
  #continuationQueue: ContinuationQueue | undefined;
  #lastResortPolicy: Policy | undefined;

  /**
   * @throws Error when the function was imported, has asynchronous settings already, runs no JavaScript, is of another
   * account or Region than the Ringback, or could let an event wait for longer than its service
   */
  constructor(fn: IFunction, props: AdoptionProps = {}, { services = [], waitsSeconds }: CallbackKind = {}) {
    requireAdoptable(fn, props);
    const { ringback = Ringback.of(fn), onCrash = 'fail', retryAttempts = 2, maxEventAge } = props;
    const terms = { functionSeconds: timeoutOf(fn).toSeconds(), waitsSeconds };
    const elsewhere = `make the Ringback in ${Stack.of(fn).node.path} or in a stack of its own`;
    noteNeed(fn, ringback.ledger.tableArn, `${fn.node.path} has the Ringback ${ringback.node.path}`, elsewhere);
    this.function = fn;
    this.ringback = ringback;
    this.#eventAge = { given: maxEventAge?.toSeconds(), terms };
    this.#services = services;
    fn.configureAsyncInvoke({
      retryAttempts,
      maxEventAge: Duration.seconds(this.#checkedEventAge(terms)),
      onFailure: queueDestination(ringback.lastResortQueue),
    });
    ringback.watch(fn);
    setVariable(fn, environmentVariables.ledgerTable, ringback.ledger.tableName);
    setVariable(fn, environmentVariables.lastResort, 'true');
    setVariable(fn, environmentVariables.onCrash, onCrash);
    ringback.grantLedger(fn, ...services);
    ringback.grantOutcomes(fn);
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
    this.#lastResortPolicy ??= new Policy(this.function, 'LastResortPolicy', {
      roles: role === undefined ? [] : [role],
    });
    this.#lastResortPolicy.addStatements(statement);
    return this.#lastResortPolicy;
  }

  /**
   * How long an event may wait where the service waits so long, in seconds.
   *
   * @throws Error when the user's own choice is longer
   */
  eventAgeFor(waitsSeconds: number): number {
    return this.#checkedEventAge({ ...this.#eventAge.terms, waitsSeconds });
  }

  #checkedEventAge(terms: EventAgeTerms): number {
    const age = this.#eventAge.given ?? defaultEventAge(terms);
    const problem = eventAgeProblem(age, terms);
    if (problem !== undefined) throw new Error(`${this.function.node.id}: ${problem}`);
    return age;
  }
}
