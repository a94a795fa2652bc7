import { AwsError } from '../kernel/aws-error.ts';
import { isRecord } from '../template/is-record.ts';

/** What a member must be, in words and as a test. */
type Rule = readonly [what: string, test: (value: unknown) => boolean];
type Rules = Readonly<Record<string, Rule>>;

const ACTIONS = ['CREATE', 'UPDATE', 'DELETE'];
const POINTS = ['PRE_PROVISION'];
const MOST_ENTRIES = 50;

const TARGET_RULES: Rules = {
  TargetName: ['a text', isText],
  Action: [`one of ${ACTIONS.join(', ')}`, oneOf(ACTIONS)],
  InvocationPoint: [POINTS.join(), oneOf(POINTS)],
};
const TARGET_FILTER_RULES: Rules = {
  Actions: listOf(`of ${ACTIONS.join(', ')}`, oneOf(ACTIONS)),
  InvocationPoints: listOf(`of ${POINTS.join()}`, oneOf(POINTS)),
  TargetNames: listOf('of texts', isText),
  Targets: listOf('of objects with TargetName, Action and InvocationPoint', (target) => fits(target, TARGET_RULES)),
};
const NAME_RULES: Rules = { Include: listOf('of texts', isText), Exclude: listOf('of texts', isText) };
const NAMES: Rule = ['an object of the lists Include and Exclude', (names) => fits(names, NAME_RULES)];
const CRITERIA = ['ALL', 'ANY'];
const STACK_FILTER_RULES: Rules = {
  FilteringCriteria: [CRITERIA.join(' or '), oneOf(CRITERIA)],
  StackNames: NAMES,
  StackRoles: NAMES,
};

/**
 * Refuses filters that CloudFormation would refuse: a hook that is asked of nothing by mistake guards nothing.
 * CloudFormation Template Reference, `AWS::CloudFormation::LambdaHook`.
 *
 * @throws AwsError ValidationError
 */
export function checkHookFilters({
  TargetFilters: targets,
  StackFilters: stacks,
}: Readonly<Record<string, unknown>>): void {
  if (targets !== undefined) checkMembers('TargetFilters', targets, TARGET_FILTER_RULES);
  if (stacks === undefined) return;
  checkMembers('StackFilters', stacks, STACK_FILTER_RULES);
  const { FilteringCriteria, StackNames, StackRoles } = stacks as Readonly<Record<string, unknown>>;
  if (FilteringCriteria === undefined)
    throw refusal('StackFilters of a LambdaHook needs FilteringCriteria: ALL or ANY');
  if (StackNames !== undefined || StackRoles !== undefined) return;
  throw refusal('StackFilters of a LambdaHook needs StackNames, StackRoles or both');
}

function checkMembers(name: string, value: unknown, rules: Rules): void {
  if (!isRecord(value)) throw refusal(`${name} of a LambdaHook must be an object, but is ${JSON.stringify(value)}`);
  for (const [member, given] of Object.entries(value)) {
    const [what, test] = Object.hasOwn(rules, member) ? (rules[member] as Rule) : [];
    if (test === undefined) {
      throw refusal(`${name} of a LambdaHook has no member ${member}; it may have ${Object.keys(rules).join(', ')}`);
    }
    if (!test(given)) throw refusal(`${member} of ${name} must be ${what}, but is ${JSON.stringify(given)}`);
  }
}

function fits(value: unknown, rules: Rules): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(([member, given]) => Object.hasOwn(rules, member) && rules[member]?.[1](given))
  );
}

function listOf(what: string, test: (entry: unknown) => boolean): Rule {
  const isList = (value: unknown) =>
    Array.isArray(value) && value.length > 0 && value.length <= MOST_ENTRIES && value.every(test);
  return [`a list of 1 to ${MOST_ENTRIES}, ${what}`, isList];
}

function oneOf(values: readonly unknown[]): (value: unknown) => boolean {
  return (value) => values.includes(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function refusal(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
