import { checkPolicy } from '../identity/policy/check-policy.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';
import { invalidParameter } from './lambda-error.ts';

/** Lambda API Reference, AddPermission, `Action`. */
const ACTION = /^(?:lambda:\*|lambda:[a-zA-Z]+|\*)$/;

/**
 * Reads the statement that AddPermission or an `AWS::Lambda::Permission` adds to a function's resource policy.
 *
 * @throws AwsError ValidationException, InvalidParameterValueException
 */
export function readPermission(
  properties: Readonly<Record<string, unknown>>,
  sid: string,
  resource: string,
  partition: string,
): object {
  const conditions: Record<string, Record<string, unknown>> = {};
  if (properties.SourceArn !== undefined) conditions.ArnLike = { 'AWS:SourceArn': properties.SourceArn };
  const equals: Record<string, unknown> = {};
  if (properties.SourceAccount !== undefined) equals['AWS:SourceAccount'] = properties.SourceAccount;
  if (properties.PrincipalOrgID !== undefined) equals['aws:PrincipalOrgID'] = properties.PrincipalOrgID;
  for (const name of ['FunctionUrlAuthType', 'EventSourceToken']) {
    if (properties[name] !== undefined) equals[`lambda:${name}`] = properties[name];
  }
  if (Object.keys(equals).length > 0) conditions.StringEquals = equals;
  if (String(properties.InvokedViaFunctionUrl) === 'true') conditions.Bool = { 'lambda:InvokedViaFunctionUrl': 'true' };
  const action = String(properties.Action ?? 'lambda:InvokeFunction');
  if (!ACTION.test(action)) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${action}' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])`,
    );
  }
  const statement = {
    Sid: sid,
    Effect: 'Allow',
    Principal: principal(String(properties.Principal), partition),
    Action: action,
    Resource: resource,
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
  checkPolicy({ Statement: statement }, 'resource', () =>
    invalidParameter('The provided principal was invalid. Please check the principal and try again.'),
  );
  return statement;
}

function principal(value: string, partition: string): unknown {
  if (value === '*') return '*';
  if (/\.(?:amazonaws\.com(?:\.cn)?|amazon\.com)$/.test(value)) return { Service: value };
  if (/^\d{12}$/.test(value)) return { AWS: `arn:${partition}:iam::${value}:root` };
  return { AWS: value };
}

/** The resource policy of these statements, as a list that fits `Identity.authorize`. */
export function resourcePolicies(statements: readonly object[]): readonly PolicyDocument[] {
  return statements.length === 0 ? [] : [{ Version: '2012-10-17', Statement: statements }];
}
