import type { IGrantable, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { AdoptedFunction } from './adopted-function.ts';
import type { CallbackKind } from './adoption-props.ts';
import type { CallbackFunctionProps } from './callback-function-props.ts';
import { checkCallbackFunction } from './check-callback-function.ts';
import { HandlerFunction } from './handler-function.ts';
import { Ringback } from './ringback.ts';

/**
 * A function that owes somebody an answer: it has a ledger for its decisions and a last resort behind it.
 *
 * The functions for one service know more about it; take this one for what they do not cover, and give it its result
 * API, its last resort the same (`ringback.addResultPermissions`), and `complete` (`addCompletionPermissions`).
 */
export class CallbackFunction extends HandlerFunction {
  /** What makes it answer; a function of the user's own gets the same. */
  readonly callbacks: AdoptedFunction;

  /**
   * @throws Error when a property is of another kind, an event could wait for longer than its service, or the Ringback is
   * of another account or Region
   */
  constructor(scope: Construct, id: string, props: CallbackFunctionProps, kind: CallbackKind = {}) {
    checkCallbackFunction(scope, id, props);
    const { ringback = Ringback.of(scope), onCrash, retryAttempts, maxEventAge, ...options } = props;
    super(scope, id, { logRemovalPolicy: ringback.removalPolicy, ...options });
    const adoption = {
      ringback,
      ...(onCrash === undefined ? {} : { onCrash }),
      ...(retryAttempts === undefined ? {} : { retryAttempts }),
      ...(maxEventAge === undefined ? {} : { maxEventAge }),
    };
    this.callbacks = new AdoptedFunction(this, adoption, kind);
  }

  /** The ledger and the last resort behind it. */
  get ringback(): Ringback {
    return this.callbacks.ringback;
  }

  /** See {@link AdoptedFunction.enableContinuation}. */
  enableContinuation(): IQueue {
    return this.callbacks.enableContinuation();
  }

  /** See {@link AdoptedFunction.grantComplete}. */
  grantComplete(grantee: IGrantable): void {
    this.callbacks.grantComplete(grantee);
  }

  /** See {@link AdoptedFunction.addCompletionPermissions}. */
  addCompletionPermissions(statement: PolicyStatement): void {
    this.callbacks.addCompletionPermissions(statement);
  }

  /** See {@link AdoptedFunction.addLastResortPermissions}. */
  addLastResortPermissions(statement: PolicyStatement): Policy {
    return this.callbacks.addLastResortPermissions(statement);
  }
}
