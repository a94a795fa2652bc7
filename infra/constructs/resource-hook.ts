import { Aws, type Duration, Stack } from 'aws-cdk-lib';
import { CfnLambdaHook } from 'aws-cdk-lib/aws-cloudformation';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { requireProperties } from './check-function.ts';
import { checkProperties, choice, flag, listOf, object, texts } from './check-properties.ts';

/** What a hook can be asked about. */
export type HookTargetOperation = 'RESOURCE' | 'STACK' | 'CHANGE_SET' | 'CLOUD_CONTROL';

/** Which stacks, by name; `*` and `?` stand for any text and any character. */
export interface HookStackNames {
  /** @default - all */
  readonly include?: readonly string[];
  /** The stack of the hook itself is always left out, so that a broken hook can be mended. @default - none other */
  readonly exclude?: readonly string[];
}

/** What a hook is registered as. */
export interface ResourceHookProps {
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
}

const HOOK_NAME = /^(?!AWS)[A-Z0-9]{2,64}::[A-Z0-9]{2,64}::[A-Z0-9]{2,64}$/i;
/** How long CloudFormation waits for an invocation (Hooks User Guide, "Developing a Lambda Hook"), in seconds. */
export const HOOK_LIMIT_SECONDS = 30;
/** Each resource, whoever provisions it. */
const EACH_RESOURCE: readonly HookTargetOperation[] = ['RESOURCE', 'CLOUD_CONTROL'];

/** A function's registration as a Lambda Hook, and the role under which CloudFormation invokes it. */
export class ResourceHook {
  readonly function: LambdaFunction;
  /** The registration. */
  readonly hook: CfnLambdaHook;
  /** What CloudFormation assumes to invoke the function. */
  readonly hookRole: Role;

  /** @param fn - one that {@link requireHook} has let pass */
  constructor(fn: LambdaFunction, props: ResourceHookProps) {
    this.function = fn;
    const { hookName, failureMode = 'WARN', enabled = true, targetOperations = EACH_RESOURCE } = props;
    const { targetNames, actions, stackNames } = props;
    this.hookRole = new Role(fn, 'HookRole', {
      description: `Invokes the function of the hook ${hookName}`,
      assumedBy: new ServicePrincipal('hooks.cloudformation.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(fn).account } },
      }),
    });
    const invoking = new Policy(fn, 'HookPolicy', {
      roles: [this.hookRole],
      statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] })],
    });
    this.hook = new CfnLambdaHook(fn, 'Hook', {
      alias: hookName,
      lambdaFunction: fn.functionArn,
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

/**
 * @throws Error when a property is of another kind, the name is none, nothing is targeted, or the function may run for
 * longer than a hook is waited for
 */
export function requireHook(where: string, props: ResourceHookProps, timeout: Duration): void {
  requireProperties(where, props, { hookName: "'My::Bucket::Hook'" });
  checkProperties(where, props, {
    targetOperations: listOf('RESOURCE', 'STACK', 'CHANGE_SET', 'CLOUD_CONTROL'),
    targetNames: texts,
    actions: listOf('CREATE', 'UPDATE', 'DELETE'),
    failureMode: choice('WARN', 'FAIL'),
    enabled: flag,
    stackNames: object,
  });
  const { hookName, targetOperations = EACH_RESOURCE } = props;
  if (!HOOK_NAME.test(hookName)) {
    throw new Error(
      `${where}: a hook is named Name1::Name2::Name3, each of 2 to 64 letters and digits and the first not beginning with AWS, but got "${hookName}"`,
    );
  }
  if (targetOperations.length === 0) throw new Error(`${where}: a hook without target operations is never asked`);
  if (timeout.toSeconds() > HOOK_LIMIT_SECONDS) {
    throw new Error(
      `${where}: CloudFormation waits ${HOOK_LIMIT_SECONDS} s for a hook, but the function may run for ${timeout.toSeconds()} s; give it ${HOOK_LIMIT_SECONDS} s at most`,
    );
  }
}
