import type { PolicyDocument } from '../kernel/kernel.ts';

/** Reads the statement that an `AWS::Lambda::Permission` adds to a function's resource policy. */
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
  if (Object.keys(equals).length > 0) conditions.StringEquals = equals;
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: principal(String(properties.Principal), partition),
    Action: properties.Action ?? 'lambda:InvokeFunction',
    Resource: resource,
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
}

function principal(value: string, partition: string): unknown {
  if (value === '*') return '*';
  if (/\.amazonaws\.com(\.cn)?$/.test(value)) return { Service: value };
  if (/^\d{12}$/.test(value)) return { AWS: `arn:${partition}:iam::${value}:root` };
  return { AWS: value };
}

/** The resource policy of these statements, as a list that fits `Identity.authorize`. */
export function resourcePolicies(statements: readonly object[]): readonly PolicyDocument[] {
  return statements.length === 0 ? [] : [{ Version: '2012-10-17', Statement: statements }];
}
