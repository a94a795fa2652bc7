import { Duration } from 'aws-cdk-lib';
import type { CfnLambdaHook } from 'aws-cdk-lib/aws-cloudformation';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { requireOwnFunction } from './check-adoption.ts';
import { checkPlace } from './check-place.ts';
import { checkProperties, duration } from './check-properties.ts';
import { timeoutOf } from './function-settings.ts';
import { HandlerFunction } from './handler-function.ts';
import type { HandlerFunctionProps } from './handler-function-props.ts';
import { HOOK_LIMIT_SECONDS, ResourceHook, type ResourceHookProps, requireHook } from './resource-hook.ts';

/** Properties of {@link ResourceHookFunction}. */
export interface ResourceHookFunctionProps
  extends Omit<HandlerFunctionProps, 'onFailure' | 'onSuccess' | 'retryAttempts' | 'maxEventAge'>,
    ResourceHookProps {
  /** At most 30 seconds: no hook is waited for any longer. @default Duration.seconds(30) */
  readonly timeout?: Duration;
}

/**
 * A function that is a Lambda Hook, the hook's registration in the account, and the role under which CloudFormation
 * invokes the function. It acts on all deployments of account and Region, so give it a stack of its own.
 *
 * It has no ledger and no last resort: CloudFormation waits for what the function returns, and asks again by itself.
 */
export class ResourceHookFunction extends HandlerFunction {
  /** The registration. */
  readonly hook: CfnLambdaHook;
  /** What CloudFormation assumes to invoke the function. */
  readonly hookRole: Role;

  /**
   * Registers a function of yours; its code is the handler of `resourceHook`, however you bundle it. It needs neither
   * variables nor permissions, and may run for 30 seconds at most.
   *
   * @throws Error when the function was imported or runs no JavaScript; and as the constructor does
   */
  static adopt(fn: IFunction, props: ResourceHookProps): ResourceHook {
    requireOwnFunction(fn);
    requireHook(fn.node.path, props, timeoutOf(fn));
    return new ResourceHook(fn, props);
  }

  /** @throws Error when the name is none, nothing is targeted, or the timeout is longer than a hook is waited for */
  constructor(scope: Construct, id: string, props: ResourceHookFunctionProps) {
    checkPlace(scope, id);
    const where = `${scope.node.path}/${id}`;
    checkProperties(where, props, { timeout: duration });
    const timeout = props?.timeout ?? Duration.seconds(HOOK_LIMIT_SECONDS);
    requireHook(where, props, timeout);
    const { hookName, targetOperations, targetNames, actions, failureMode, enabled, stackNames, ...options } = props;
    super(scope, id, { ...options, timeout });
    const { hook, hookRole } = new ResourceHook(this, props);
    this.hook = hook;
    this.hookRole = hookRole;
  }
}
