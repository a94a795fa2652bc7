import { allow, deny, EVENTS, type PolicyCase, ROOT, SELLER_ROLE, SELLER_SESSION } from './policy-case.ts';

const ROOT_ARN = 'arn:aws:iam::123456789012:root';
const ROLE_NAMED = { Principal: { AWS: SELLER_ROLE } };
const SESSION_NAMED = { Principal: { AWS: SELLER_SESSION } };
const GET = { Action: 's3:GetObject' };
const LIST = { Action: 's3:ListBucket' };

/** The order in which policies decide. */
const logic = (
  asked: string,
  allowed: boolean,
  given: Omit<PolicyCase, 'source' | 'asked' | 'allowed'>,
): PolicyCase => ({
  source: 'reference_policies_evaluation-logic_policy-eval-denyallow',
  asked,
  allowed,
  ...given,
});

/** One element of a statement. */
const element = (
  name: string,
  asked: string,
  allowed: boolean,
  given: Omit<PolicyCase, 'source' | 'asked' | 'allowed'>,
): PolicyCase => ({ source: `reference_policies_elements_${name}`, asked, allowed, ...given });

/** One operator with one key; the statement allows where it holds. */
const condition = (
  operator: string,
  policy: string | readonly string[],
  request: string | readonly string[] | undefined,
  allowed: boolean,
  source = 'reference_policies_elements_condition_operators',
): PolicyCase => ({
  source,
  asked: `${operator} ${JSON.stringify(policy)} of ${JSON.stringify(request) ?? 'a key that is absent'}`,
  identity: [allow({ Condition: { [operator]: { 'aws:Key': policy } } })],
  keys: request === undefined ? {} : { 'aws:Key': request },
  allowed,
});
const SETS = 'reference_policies_condition-single-vs-multi-valued-context-keys';
const BLOCKS = 'reference_policies_condition-logic-multiple-context-keys-or-values';

/** Questions whose answers the IAM user guide tells. */
export const policyCases: readonly PolicyCase[] = [
  logic('nothing says anything', false, {}),
  logic('the role allows', true, { identity: [allow(GET)] }),
  logic('the role allows another action', false, { identity: [allow(LIST)] }),
  logic('the role denies what it allows', false, { identity: [allow(), deny(GET)] }),
  logic('the role denies something else', true, { identity: [allow(), deny(LIST)] }),
  logic('a deny stands before the allow', false, { identity: [deny(GET), allow(GET)] }),
  logic('the resource allows the role', true, { resource: [allow(ROLE_NAMED)] }),
  logic('the resource allows the session', true, { resource: [allow(SESSION_NAMED)] }),
  logic('the resource allows everybody', true, { resource: [allow({ Principal: '*' })] }),
  logic('the resource names the account alone', false, { resource: [allow({ Principal: { AWS: ROOT_ARN } })] }),
  logic('the resource names the account, and the role allows', true, {
    resource: [allow({ Principal: { AWS: '123456789012' } })],
    identity: [allow()],
  }),
  logic('the resource allows another role', false, {
    resource: [allow({ Principal: { AWS: 'arn:aws:iam::123456789012:role/buyer' } })],
  }),
  logic('the resource denies what the role allows', false, {
    resource: [deny({ Principal: '*' })],
    identity: [allow()],
  }),
  logic('the resource denies another role', true, {
    resource: [deny({ Principal: { AWS: 'arn:aws:iam::123456789012:role/buyer' } })],
    identity: [allow()],
  }),
  logic('the role denies what the resource allows', false, { resource: [allow(ROLE_NAMED)], identity: [deny()] }),
  logic('the boundary allows too', true, { identity: [allow()], boundary: [allow(GET)] }),
  logic('the boundary does not allow it', false, { identity: [allow()], boundary: [allow(LIST)] }),
  logic('the boundary alone allows', false, { boundary: [allow()] }),
  logic('the boundary denies', false, { identity: [allow()], boundary: [allow(), deny(GET)] }),
  logic('the resource names the role, and the boundary does not allow it', false, {
    resource: [allow(ROLE_NAMED)],
    boundary: [allow(LIST)],
  }),
  logic('the resource names the session, and the boundary does not allow it', true, {
    resource: [allow(SESSION_NAMED)],
    boundary: [allow(LIST)],
  }),
  logic('the resource names the session, and the boundary denies', false, {
    resource: [allow(SESSION_NAMED)],
    boundary: [deny(GET)],
  }),
  logic('the session allows too', true, { identity: [allow()], session: [allow(GET)] }),
  logic('the session does not allow it', false, { identity: [allow()], session: [allow(LIST)] }),
  logic('the session alone allows', false, { session: [allow()] }),
  logic('the session denies', false, { identity: [allow()], session: [allow(), deny(GET)] }),
  logic('the resource names the role, and the session does not allow it', false, {
    resource: [allow(ROLE_NAMED)],
    session: [allow(LIST)],
  }),
  logic('the resource names the session, and its policy does not allow it', true, {
    resource: [allow(SESSION_NAMED)],
    session: [allow(LIST)],
  }),
  logic('role, boundary and session allow', true, { identity: [allow()], boundary: [allow()], session: [allow()] }),
  logic('the account’s root asks', true, { by: ROOT }),
  logic('the resource denies to the root', false, { by: ROOT, resource: [deny({ Principal: '*' })] }),

  element('principal', 'a service that is named', true, {
    by: EVENTS,
    resource: [allow({ Principal: { Service: 'events.amazonaws.com' } })],
  }),
  element('principal', 'another service', false, {
    by: EVENTS,
    resource: [allow({ Principal: { Service: 's3.amazonaws.com' } })],
  }),
  element('principal', 'one of several services', true, {
    by: EVENTS,
    resource: [allow({ Principal: { Service: ['s3.amazonaws.com', 'events.amazonaws.com'] } })],
  }),
  element('principal', 'everybody, written as AWS', true, { resource: [allow({ Principal: { AWS: '*' } })] }),
  element('principal', 'the account, for a service', false, {
    by: EVENTS,
    resource: [allow({ Principal: { AWS: ROOT_ARN } })],
  }),
  element('principal', 'a role by its trust policy', true, { rule: 'trust', resource: [allow(ROLE_NAMED)] }),
  element('principal', 'a trust policy that names the account, without a policy of the role', false, {
    rule: 'trust',
    resource: [allow({ Principal: { AWS: ROOT_ARN } })],
  }),
  element('principal', 'a trust policy that names the account, with a policy of the role', true, {
    rule: 'trust',
    resource: [allow({ Principal: { AWS: ROOT_ARN } })],
    identity: [allow()],
  }),
  element('notprincipal', 'a deny for all but the caller', true, {
    identity: [allow()],
    resource: [deny({ NotPrincipal: { AWS: [SELLER_ROLE, SELLER_SESSION, ROOT_ARN] } })],
  }),
  element('notprincipal', 'a deny for all but another role', false, {
    identity: [allow()],
    resource: [deny({ NotPrincipal: { AWS: 'arn:aws:iam::123456789012:role/buyer' } })],
  }),
  element('action', 'another case', true, { identity: [allow({ Action: 'S3:getobject' })] }),
  element('action', 'a prefix and a star', true, { identity: [allow({ Action: 's3:Get*' })] }),
  element('action', 'a star that does not reach', false, { identity: [allow({ Action: 's3:Put*' })] }),
  element('action', 'a question mark', true, { identity: [allow({ Action: 's3:GetObjec?' })] }),
  element('action', 'one of a list', true, { identity: [allow({ Action: ['sqs:*', 's3:GetObject'] })] }),
  element('action', 'the whole of another service', false, { identity: [allow({ Action: 'sqs:*' })] }),
  element('notaction', 'all but another', true, {
    identity: [allow({ Action: undefined, NotAction: 's3:PutObject' })],
  }),
  element('notaction', 'all but this', false, { identity: [allow({ Action: undefined, NotAction: 's3:Get*' })] }),
  element('notaction', 'a deny of all but this', true, {
    identity: [allow(), deny({ Action: undefined, NotAction: 's3:*' })],
  }),
  element('resource', 'the ARN itself', true, { identity: [allow({ Resource: 'arn:aws:s3:::shop/orders/1.json' })] }),
  element('resource', 'a star over slashes', true, { identity: [allow({ Resource: 'arn:aws:s3:::shop/*' })] }),
  element('resource', 'a star in the middle', true, { identity: [allow({ Resource: 'arn:aws:s3:::shop/*/1.json' })] }),
  element('resource', 'another bucket', false, { identity: [allow({ Resource: 'arn:aws:s3:::shopper/*' })] }),
  element('resource', 'the bucket alone', false, { identity: [allow({ Resource: 'arn:aws:s3:::shop' })] }),
  element('resource', 'another case', false, { identity: [allow({ Resource: 'arn:aws:s3:::Shop/*' })] }),
  element('notresource', 'all but another', true, {
    identity: [allow({ Resource: undefined, NotResource: 'arn:aws:s3:::books/*' })],
  }),
  element('notresource', 'all but this', false, {
    identity: [allow({ Resource: undefined, NotResource: 'arn:aws:s3:::shop/*' })],
  }),

  element('variables', 'a variable in a resource', true, {
    keys: { 'aws:PrincipalTag/team': 'orders' },
    identity: [allow({ Resource: `arn:aws:s3:::shop/\${aws:PrincipalTag/team}/*` })],
  }),
  element('variables', 'a variable of another value', false, {
    keys: { 'aws:PrincipalTag/team': 'books' },
    identity: [allow({ Resource: `arn:aws:s3:::shop/\${aws:PrincipalTag/team}/*` })],
  }),
  element('variables', 'a variable without a value', false, {
    identity: [allow({ Resource: `arn:aws:s3:::shop/\${aws:PrincipalTag/team}/*` })],
  }),
  element('variables', 'a default for a variable without a value', true, {
    identity: [allow({ Resource: `arn:aws:s3:::shop/\${aws:PrincipalTag/team, 'orders'}/*` })],
  }),
  element('variables', 'a variable in a policy of 2008', false, {
    version: '2008-10-17',
    keys: { 'aws:PrincipalTag/team': 'orders' },
    identity: [allow({ Resource: `arn:aws:s3:::shop/\${aws:PrincipalTag/team}/*` })],
  }),
  element('variables', 'a star that is meant', false, { identity: [allow({ Resource: `arn:aws:s3:::shop/\${*}` })] }),

  condition('StringEquals', 'a', 'a', true),
  condition('StringEquals', 'a', 'A', false),
  condition('StringEquals', 'a*', 'ab', false),
  condition('StringEquals', 'a', undefined, false),
  condition('StringNotEquals', 'a', 'b', true),
  condition('StringNotEquals', 'a', 'a', false),
  condition('StringNotEquals', 'a', undefined, true),
  condition('StringEqualsIgnoreCase', 'ab', 'AB', true),
  condition('StringNotEqualsIgnoreCase', 'ab', 'AB', false),
  condition('StringLike', 'a*c', 'abbc', true),
  condition('StringLike', 'a?c', 'abbc', false),
  condition('StringNotLike', 'a*', 'abc', false),
  condition('StringNotLike', 'a*', 'bc', true),
  condition('NumericEquals', '10', '10.0', true),
  condition('NumericLessThan', '10', '9', true),
  condition('NumericLessThan', '10', '10', false),
  condition('NumericLessThanEquals', '10', '10', true),
  condition('NumericGreaterThan', '10', '9', false),
  condition('NumericGreaterThanEquals', '10', '10', true),
  condition('NumericNotEquals', '10', '11', true),
  condition('DateLessThan', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', true),
  condition('DateGreaterThan', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', false),
  condition('DateEquals', '2026-01-01T00:00:00Z', '1767225600', true),
  condition('Bool', 'true', 'true', true),
  condition('Bool', 'false', 'true', false),
  condition('Bool', 'true', undefined, false),
  condition('BoolIfExists', 'true', undefined, true),
  condition('IpAddress', '203.0.113.0/24', '203.0.113.7', true),
  condition('IpAddress', '203.0.113.0/24', '203.0.114.7', false),
  condition('IpAddress', '2001:db8::/32', '2001:db8::1', true),
  condition('NotIpAddress', '203.0.113.0/24', '203.0.113.7', false),
  condition('NotIpAddress', '203.0.113.0/24', '198.51.100.1', true),
  condition('ArnLike', 'arn:aws:sns:*:123456789012:*', 'arn:aws:sns:us-east-1:123456789012:news', true),
  condition('ArnEquals', 'arn:aws:sns:*:123456789012:*', 'arn:aws:sns:us-east-1:123456789012:news', true),
  condition('ArnLike', 'arn:aws:sns:*:news', 'arn:aws:sns:us-east-1:123456789012:news', false),
  condition('ArnNotLike', 'arn:aws:sns:*:*:*', 'arn:aws:sqs:us-east-1:123456789012:jobs', true),
  condition('ArnNotEquals', 'arn:aws:sns:*:*:*', 'arn:aws:sns:us-east-1:123456789012:news', false),
  condition('BinaryEquals', 'QmluYXJ5VmFsdWU=', 'QmluYXJ5VmFsdWU=', true),
  condition('StringEqualsIfExists', 'a', undefined, true),
  condition('StringEqualsIfExists', 'a', 'b', false),
  condition('Null', 'true', undefined, true),
  condition('Null', 'true', 'a', false),
  condition('Null', 'false', 'a', true),
  condition('Null', 'false', undefined, false),

  condition('StringEquals', ['a', 'b'], 'b', true, BLOCKS),
  condition('StringNotEquals', ['a', 'b'], 'b', false, BLOCKS),
  condition('StringNotEquals', ['a', 'b'], 'c', true, BLOCKS),
  {
    source: BLOCKS,
    asked: 'two operators that hold',
    identity: [allow({ Condition: { StringEquals: { 'aws:A': '1' }, StringLike: { 'aws:B': '2*' } } })],
    keys: { 'aws:A': '1', 'aws:B': '22' },
    allowed: true,
  },
  {
    source: BLOCKS,
    asked: 'two operators of which one does not hold',
    identity: [allow({ Condition: { StringEquals: { 'aws:A': '1' }, StringLike: { 'aws:B': '2*' } } })],
    keys: { 'aws:A': '1', 'aws:B': '3' },
    allowed: false,
  },
  {
    source: BLOCKS,
    asked: 'two keys of one operator of which one does not hold',
    identity: [allow({ Condition: { StringEquals: { 'aws:A': '1', 'aws:B': '2' } } })],
    keys: { 'aws:A': '1', 'aws:B': '3' },
    allowed: false,
  },
  {
    source: 'reference_policies_elements_condition',
    asked: 'a key in another case',
    identity: [allow({ Condition: { StringEquals: { 'AWS:a': '1' } } })],
    keys: { 'aws:A': '1' },
    allowed: true,
  },
  condition('ForAllValues:StringEquals', ['a', 'b'], ['a'], true, SETS),
  condition('ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false, SETS),
  condition('ForAllValues:StringEquals', ['a', 'b'], undefined, true, SETS),
  condition('ForAllValues:StringLike', ['a*'], ['ab', 'ac'], true, SETS),
  condition('ForAnyValue:StringEquals', ['a', 'b'], ['a', 'c'], true, SETS),
  condition('ForAnyValue:StringEquals', ['a', 'b'], ['c'], false, SETS),
  condition('ForAnyValue:StringEquals', ['a', 'b'], undefined, false, SETS),
  condition('ForAnyValue:StringLike', ['a*'], ['b', 'ac'], true, SETS),
];
