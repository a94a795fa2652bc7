import type { HookAnnotation, ResourceProperties } from 'ringback/hooks';
import { isPublicPolicy } from './is-public-policy.ts';
import type { PlannedResource } from './resources-of.ts';
import type { Condition, Rule } from './rules.ts';

/** What a condition came to; a template may hold functions (`Ref`) whose values nobody knows yet. */
type Found = 'holds' | 'does not hold' | 'not known yet';

/** What a rule comes to for a resource that it concerns. Values of properties are not repeated: they may be secrets. */
export function checkRule(rule: Rule, { label, properties }: PlannedResource): HookAnnotation {
  const { name: annotationName, severity: severityLevel, anyOf, finding, remediation, link } = rule;
  const named = { annotationName, severityLevel };
  const found = anyOf.map((conditions) => all(conditions.map((condition) => check(condition, properties))));
  if (found.includes('holds')) return { ...named, status: 'PASSED' };
  if (found.includes('not known yet')) {
    return { ...named, status: 'SKIPPED', statusMessage: `${label}: known only when it is provisioned` };
  }
  return {
    ...named,
    status: 'FAILED',
    statusMessage: `${label} ${finding}`,
    remediationMessage: remediation,
    remediationLink: link,
  };
}

function all(found: readonly Found[]): Found {
  if (found.includes('does not hold')) return 'does not hold';
  return found.includes('not known yet') ? 'not known yet' : 'holds';
}

function check(condition: Condition, properties: ResourceProperties): Found {
  const value = valueAt(properties, condition.property.split('.')) ?? condition.default;
  if (isUnknown(value)) return 'not known yet';
  return holds(condition, value) ? 'holds' : 'does not hold';
}

function holds({ is, equals, oneOf }: Condition, value: unknown): boolean {
  if (is === 'not public') return !isPublicPolicy(value);
  if (value === undefined || value === null) return false;
  // Templates may write true as "true", and change sets always do.
  if (equals !== undefined) return String(value) === String(equals);
  return oneOf === undefined ? true : oneOf.includes(String(value));
}

/** The value at a path; the function that stands on the way to it, where one does. */
function valueAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined || isUnknown(value)) return value;
  return typeof value === 'object' && value !== null
    ? valueAt((value as Readonly<Record<string, unknown>>)[name], rest)
    : undefined;
}

/** A function of CloudFormation in place of a value. */
function isUnknown(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const [name, ...others] = Object.keys(value);
  return name !== undefined && others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}
