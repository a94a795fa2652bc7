import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentVariables, type OnCrash } from '../../lib/constants.ts';
import { ContinuationQueue } from './continuation-queue.ts';
import { HandlerFunction, type HandlerFunctionProps } from './handler-function.ts';
import { queueDestination } from './queue-destination.ts';
import { Ringback } from './ringback.ts';

/** Properties of {@link CallbackFunction}. */
export interface CallbackFunctionProps extends Omit<HandlerFunctionProps, 'onFailure' | 'onSuccess'> {
  /**
   * The ledger and the last resort behind this function.
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
  /** How long Lambda keeps trying. Services stop waiting sooner than Lambda's own six hours. @default Duration.hours(1) */
  readonly maxEventAge?: Duration;
}

/** A function that owes somebody an answer: it has a ledger for its decisions and a last resort behind it. */
export class CallbackFunction extends HandlerFunction {
  readonly ringback: Ringback;
  #continuationQueue: ContinuationQueue | undefined;

  constructor(scope: Construct, id: string, props: CallbackFunctionProps) {
    const { ringback = Ringback.of(scope), onCrash = 'fail', environment, ...options } = props;
    super(scope, id, {
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
      logRemovalPolicy: ringback.removalPolicy,
      ...options,
      onFailure: queueDestination(ringback.lastResortQueue),
      environment: {
        ...environment,
        [environmentVariables.ledgerTable]: ringback.ledger.tableName,
        [environmentVariables.lastResort]: 'true',
        [environmentVariables.onCrash]: onCrash,
      },
    });
    this.ringback = ringback;
    ringback.grantLedger(this);
    ringback.watch(this);
  }

  /**
   * Lets the function use `continueAfter` and `defer` where its service hands nothing back itself.
   *
   * @returns the queue by which deliveries come back; the same one however often it is asked for
   */
  enableContinuation(): IQueue {
    this.#continuationQueue ??= new ContinuationQueue(this, 'ContinuationQueue', this.ringback);
    return this.#continuationQueue;
  }
}
