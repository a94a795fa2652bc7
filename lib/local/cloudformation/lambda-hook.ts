import { AwsError } from '../kernel/aws-error.ts';
import type { HookQuestion } from '../kernel/hook-port.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { checkHookFilters } from './check-hook-filters.ts';

const OPERATIONS = ['RESOURCE', 'STACK', 'CHANGE_SET', 'CLOUD_CONTROL'];

/** A hook of the account, as an `AWS::CloudFormation::LambdaHook` declares it. */
export interface LambdaHook {
  /** The alias: the name of the hook's type. */
  readonly typeName: string;
  readonly arn: string;
  readonly lambdaFunction: string;
  readonly executionRole: string;
  readonly failureMode: 'FAIL' | 'WARN';
  readonly isEnabled: boolean;
  readonly targetOperations: readonly string[];
  readonly targetFilters?: TargetFilters;
  readonly stackFilters?: StackFilters;
}

interface TargetFilters {
  readonly Actions?: readonly string[];
  readonly TargetNames?: readonly string[];
  readonly Targets?: readonly { readonly TargetName?: string; readonly Action?: string }[];
}

interface NameFilter {
  readonly Include?: readonly string[];
  readonly Exclude?: readonly string[];
}

interface StackFilters {
  readonly FilteringCriteria?: 'ALL' | 'ANY';
  readonly StackNames?: NameFilter;
  readonly StackRoles?: NameFilter;
}

/** Reads the properties of a hook. @throws AwsError ValidationError where CloudFormation would refuse them */
export function readLambdaHook(properties: Readonly<Record<string, unknown>>, kernel: Kernel): LambdaHook {
  const required = (name: string, form: RegExp): string => {
    const value = properties[name];
    if (typeof value === 'string' && form.test(value)) return value;
    throw new AwsError(
      'ValidationError',
      `${name} of a LambdaHook must match ${form.source}, but is ${JSON.stringify(value)}`,
    );
  };
  const typeName = required('Alias', /^(?![Aa][Ww][Ss])[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}$/);
  const operations = properties.TargetOperations;
  if (!Array.isArray(operations) || operations.length === 0 || !operations.every((name) => OPERATIONS.includes(name))) {
    throw new AwsError('ValidationError', `TargetOperations of a LambdaHook must be some of ${OPERATIONS.join(', ')}`);
  }
  checkHookFilters(properties);
  const { partition, region, accountId } = kernel;
  return {
    typeName,
    arn: `arn:${partition}:cloudformation:${region}:${accountId}:type/hook/${typeName.replaceAll('::', '-')}`,
    lambdaFunction: required('LambdaFunction', /^.{1,170}$/),
    executionRole: required('ExecutionRole', /^arn:.+:iam::\d{12}:role\/.+$/),
    failureMode: required('FailureMode', /^(?:FAIL|WARN)$/) as LambdaHook['failureMode'],
    isEnabled: required('HookStatus', /^(?:ENABLED|DISABLED)$/) === 'ENABLED',
    targetOperations: operations,
    ...(properties.TargetFilters === undefined ? {} : { targetFilters: properties.TargetFilters as TargetFilters }),
    ...(properties.StackFilters === undefined ? {} : { stackFilters: properties.StackFilters as StackFilters }),
  };
}

/** Whether a hook is asked a question. */
export function concernsHook(hook: LambdaHook, question: HookQuestion): boolean {
  return (
    hook.isEnabled &&
    hook.targetOperations.includes(question.operation) &&
    isTarget(hook.targetFilters, question) &&
    // Nothing of Cloud Control belongs to a stack.
    (question.operation === 'CLOUD_CONTROL' || isInStack(hook.stackFilters, question.stackName ?? ''))
  );
}

function isTarget(filters: TargetFilters | undefined, { action, targetName }: HookQuestion): boolean {
  const { Actions = [], TargetNames = [], Targets = [] } = filters ?? {};
  if (Targets.length > 0) {
    return Targets.some(
      ({ TargetName = '*', Action = action }) => Action === action && isNamed(TargetName, targetName),
    );
  }
  const isAction = Actions.length === 0 || Actions.includes(action);
  return isAction && (TargetNames.length === 0 || TargetNames.some((pattern) => isNamed(pattern, targetName)));
}

function isInStack(filters: StackFilters | undefined, stackName: string): boolean {
  const { FilteringCriteria = 'ALL', StackNames, StackRoles } = filters ?? {};
  // Deployments of the local cloud have no stack role.
  const verdicts = [
    ...(StackNames === undefined ? [] : [passes(StackNames, stackName)]),
    ...(StackRoles === undefined ? [] : [passes(StackRoles, '')]),
  ];
  if (verdicts.length === 0) return true;
  return FilteringCriteria === 'ALL' ? verdicts.every(Boolean) : verdicts.some(Boolean);
}

function passes({ Include = [], Exclude = [] }: NameFilter, name: string): boolean {
  const fits = (patterns: readonly string[]) => patterns.some((pattern) => isNamed(pattern, name));
  return !fits(Exclude) && (Include.length === 0 || fits(Include));
}

/** `*` stands for any text, `?` for one character. */
function isNamed(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
}
