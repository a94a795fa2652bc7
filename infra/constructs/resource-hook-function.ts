import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { CfnLambdaHook } from 'aws-cdk-lib/aws-cloudformation';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { requireProperties } from './check-function.ts';
import { checkPlace } from './check-place.ts';
import { checkProperties, choice, duration, flag, listOf, object, texts } from './check-properties.ts';
import { HandlerFunction } from './handler-function.ts';
import type { HandlerFunctionProps } from './handler-function-props.ts';

/** What a hook can be asked about. */
export type HookTargetOperation = 'RESOURCE' | 'STACK' | 'CHANGE_SET' | 'CLOUD_CONTROL';

/** Which stacks, by name; `*` and `?` stand for any text and any character. */
export interface HookStackNames {
  /** @default - all */
  readonly include?: readonly string[];
  /** The stack of the hook itself is always left out, so that a broken hook can be mended. @default - none other */
  readonly exclude?: readonly string[];
}

/** Properties of {@link ResourceHookFunction}. */
export interface ResourceHookFunctionProps
  extends Omit<HandlerFunctionProps, 'onFailure' | 'onSuccess' | 'retryAttempts' | 'maxEventAge'> {
  /** The name of the hook, unique in account and Region: `Name1::Name2::Name3`, not beginning with `AWS`. */
  readonly hookName: string;
  /** @default - RESOURCE and CLOUD_CONTROL: each resource, whoever provisions it */
  readonly targetOperations?: readonly HookTargetOperation[];
  /** The types of resources that it is asked about, such as `AWS::S3::Bucket` or `AWS::S3::*`. @default - all */
  readonly targetNames?: readonly string[];
  /** @default - create and update */
  readonly actions?: readonly ('CREATE' | 'UPDATE' | 'DELETE')[];
  /**
   * What becomes of an operation that the hook fails, or cannot tell about: `WARN` lets it go on with a warning, `FAIL`
   * stops it, in the whole account.
   * @default 'WARN'
   */
  readonly failureMode?: 'WARN' | 'FAIL';
  /** @default true */
  readonly enabled?: boolean;
  /** The stacks whose deployments it is asked about; Cloud Control knows no stacks. @default - all but its own */
  readonly stackNames?: HookStackNames;
  /** At most 30 seconds: no hook is waited for any longer. @default Duration.seconds(30) */
  readonly timeout?: Duration;
}

const HOOK_NAME = /^(?!AWS)[A-Z0-9]{2,64}::[A-Z0-9]{2,64}::[A-Z0-9]{2,64}$/i;
/** How long CloudFormation waits for an invocation (Hooks User Guide, "Developing a Lambda Hook"), in seconds. */
const LIMIT_SECONDS = 30;

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

  /** @throws Error when the name is none, nothing is targeted, or the timeout is longer than a hook is waited for */
  constructor(scope: Construct, id: string, props: ResourceHookFunctionProps) {
    checkPlace(scope, id);
    const where = `${scope.node.path}/${id}`;
    requireProperties(where, props, { hookName: "'My::Bucket::Hook'" });
    checkProperties(where, props, {
      targetOperations: listOf('RESOURCE', 'STACK', 'CHANGE_SET', 'CLOUD_CONTROL'),
      targetNames: texts,
      actions: listOf('CREATE', 'UPDATE', 'DELETE'),
      failureMode: choice('WARN', 'FAIL'),
      enabled: flag,
      stackNames: object,
      timeout: duration,
    });
    const { hookName, failureMode = 'WARN', enabled = true, ...rest } = props;
    const { targetOperations = ['RESOURCE', 'CLOUD_CONTROL'], targetNames, actions, stackNames, ...options } = rest;
    const { timeout = Duration.seconds(LIMIT_SECONDS) } = options;
    requireHook(id, hookName, targetOperations, timeout);
    super(scope, id, { ...options, timeout });

    this.hookRole = new Role(this, 'HookRole', {
      description: `Invokes the function of the hook ${hookName}`,
      assumedBy: new ServicePrincipal('hooks.cloudformation.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    const invoking = new Policy(this, 'HookPolicy', {
      roles: [this.hookRole],
      statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.functionArn] })],
    });
    this.hook = new CfnLambdaHook(this, 'Hook', {
      alias: hookName,
      lambdaFunction: this.functionArn,
      executionRole: this.hookRole.roleArn,
      failureMode,
      hookStatus: enabled ? 'ENABLED' : 'DISABLED',
      targetOperations: [...targetOperations],
      stackFilters: {
        filteringCriteria: 'ALL',
        stackNames: {
          exclude: [Aws.STACK_NAME, ...(stackNames?.exclude ?? [])],
          ...(stackNames?.include === undefined ? {} : { include: [...stackNames.include] }),
        },
      },
    });
    // The L1 construct wants `targets`, which the resource takes only in the place of these.
    this.hook.addPropertyOverride('TargetFilters', {
      Actions: actions ?? ['CREATE', 'UPDATE'],
      InvocationPoints: ['PRE_PROVISION'],
      ...(targetNames === undefined ? {} : { TargetNames: targetNames }),
    });
    // A hook that may not invoke its function yet fails whatever is deployed.
    this.hook.node.addDependency(invoking);
  }
}

function requireHook(
  id: string,
  hookName: string,
  targetOperations: readonly HookTargetOperation[],
  timeout: Duration,
): void {
  if (!HOOK_NAME.test(hookName)) {
    throw new Error(
      `${id}: a hook is named Name1::Name2::Name3, each of 2 to 64 letters and digits and the first not beginning with AWS, but got "${hookName}"`,
    );
  }
  if (targetOperations.length === 0) throw new Error(`${id}: a hook without target operations is never asked`);
  if (timeout.toSeconds() > LIMIT_SECONDS) {
    throw new Error(
      `${id}: CloudFormation waits ${LIMIT_SECONDS} s for a hook, but the function may run for ${timeout.toSeconds()} s; give it ${LIMIT_SECONDS} s at most`,
    );
  }
}
