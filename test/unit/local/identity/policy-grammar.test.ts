import { expect, it } from 'vitest';
import { type CloudClient, startCloud, textIn } from '../cloudcontrol/cloud-client.ts';

const ACCOUNT = 'arn:aws:iam::123456789012';
const ALLOW = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const TRUST = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const without = (name: string, statement: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(statement).filter(([member]) => member !== name));

async function call({ query }: CloudClient, action: string, input: Readonly<Record<string, string>>) {
  const { status, root } = await query('iam', action, { ...input });
  return { status, code: textIn(root, 'Code'), message: textIn(root, 'Message'), root };
}

async function withRole(): Promise<CloudClient> {
  const client = await startCloud();
  await call(client, 'CreateRole', { RoleName: 'shop', AssumeRolePolicyDocument: JSON.stringify(policy(TRUST)) });
  return client;
}

const putInline = (client: CloudClient, document: object, PolicyName = 'p') =>
  call(client, 'PutRolePolicy', { RoleName: 'shop', PolicyName, PolicyDocument: JSON.stringify(document) });

const SYNTAX = 'Syntax errors in policy.';
const VENDOR = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
const REFUSED_POLICIES: readonly [what: string, document: object, message: string][] = [
  ['an unknown effect', policy({ ...ALLOW, Effect: 'Foo' }), SYNTAX],
  ['no resource', policy(without('Resource', ALLOW)), 'Policy statement must contain resources.'],
  ['no resources', policy({ ...ALLOW, Resource: [] }), 'Policy statement must contain resources.'],
  ['a principal', policy({ ...ALLOW, Principal: '*' }), 'Policy document should not specify a principal.'],
  ['an action without a vendor', policy({ ...ALLOW, Action: 'GetObject' }), VENDOR],
  ['a resource that is no ARN', policy({ ...ALLOW, Resource: 'foo' }), 'Resource foo must be in ARN format or "*".'],
  ['Action and NotAction', policy({ ...ALLOW, NotAction: 's3:x' }), SYNTAX],
  ['Resource and NotResource', policy({ ...ALLOW, NotResource: '*' }), SYNTAX],
  ['no action', policy(without('Action', ALLOW)), 'Policy statement must contain actions.'],
  ['an unknown version', { ...policy(ALLOW), Version: '2012-10-18' }, SYNTAX],
  ['no statement', policy(), SYNTAX],
  ['an unknown member of a statement', policy({ ...ALLOW, Foo: 1 }), SYNTAX],
  ['an unknown member', { ...policy(ALLOW), Foo: 1 }, SYNTAX],
  ['a condition operator that does not exist', condition({ StringEqualz: { 'a:b': 'c' } }), 'StringEqualz'],
  ['a condition key without a vendor', condition({ StringEquals: { b: 'c' } }), VENDOR],
  ['a condition value that is an object', condition({ StringEquals: { 'a:b': {} } }), SYNTAX],
  ['an id with a blank', policy({ ...ALLOW, Sid: 'a b' }), 'must be alpha-numeric'],
  ['an id twice', policy({ ...ALLOW, Sid: 'a' }, { ...ALLOW, Sid: 'a' }), 'must be unique'],
  ['a number for an action', policy({ ...ALLOW, Action: 5 }), SYNTAX],
];

function condition(Condition: object): object {
  return policy({ ...ALLOW, Condition });
}

it.each(REFUSED_POLICIES)('a policy of a role with %s is refused', async (_what, document, message) => {
  const client = await withRole();
  expect(await putInline(client, document)).toMatchObject({
    status: 400,
    code: 'MalformedPolicyDocument',
    message: expect.stringContaining(message),
  });
  expect(
    await call(client, 'CreatePolicy', { PolicyName: 'm', PolicyDocument: JSON.stringify(document) }),
  ).toMatchObject({ code: 'MalformedPolicyDocument' });
});

it.each<[what: string, document: object]>([
  ['without a version', { Statement: ALLOW }],
  [
    'with an id and empty ids of statements',
    {
      Id: 'a',
      Statement: [
        { ...ALLOW, Sid: '' },
        { ...ALLOW, Sid: '' },
      ],
    },
  ],
  ['with NotAction and NotResource', policy({ Effect: 'Deny', NotAction: 's3:*', NotResource: 'arn:aws:s3:::a*' })],
  ['with quantified conditions', condition({ 'ForAllValues:StringEqualsIfExists': { 'aws:TagKeys': ['a', 5, true] } })],
  ['with every action of every service', policy({ ...ALLOW, Action: ['*', '*:*', 's3-object-lambda:Get*'] })],
])('a policy %s is taken', async (_what, document) => {
  expect(await putInline(await withRole(), document)).toMatchObject({ status: 200 });
});

it.each<[what: string, statement: object, message: string]>([
  ['a resource', { ...TRUST, Resource: '*' }, 'Has prohibited field Resource'],
  ['no principal', without('Principal', TRUST), 'Missing required field Principal'],
  [
    'an action that is none of STS',
    { ...TRUST, Action: 's3:*' },
    'AssumeRole policy may only specify STS AssumeRole actions.',
  ],
  ['an unknown effect', { ...TRUST, Effect: 'Foo' }, 'Invalid effect: Foo'],
  [
    'a service that is none',
    { ...TRUST, Principal: { Service: 'foo' } },
    'Invalid principal in policy: "SERVICE":"foo"',
  ],
])('a trust policy with %s is refused', async (_what, statement, message) => {
  const client = await startCloud();
  const AssumeRolePolicyDocument = JSON.stringify(policy(statement));
  expect(await call(client, 'CreateRole', { RoleName: 'shop', AssumeRolePolicyDocument })).toMatchObject({
    status: 400,
    code: 'MalformedPolicyDocument',
    message,
  });
});

it('the policies in a role have 10,240 characters together, white space aside', async () => {
  const client = await withRole();
  const long = (length: number) => policy({ ...ALLOW, Resource: `arn:aws:s3:::${'a'.repeat(length)}` });
  expect(await putInline(client, long(5_000), 'one')).toMatchObject({ status: 200 });
  expect(await putInline(client, long(5_200), 'two')).toMatchObject({ status: 409, code: 'LimitExceeded' });
  expect(await putInline(client, long(5_000), 'two')).toMatchObject({ status: 200 });
  expect(await putInline(client, long(5_000), 'two')).toMatchObject({ status: 200 });
});

it('a managed policy has 6,144 characters, and a role has 10 of them', async () => {
  const client = await withRole();
  const create = (PolicyName: string, length: number) =>
    call(client, 'CreatePolicy', {
      PolicyName,
      PolicyDocument: JSON.stringify(policy({ ...ALLOW, Resource: `arn:aws:s3:::${'a'.repeat(length)}` }), null, 2),
    });
  expect(await create('long', 6_100)).toMatchObject({ status: 409, code: 'LimitExceeded' });
  expect(await create('fits', 6_000)).toMatchObject({ status: 200 });
  const attach = async (name: string) => {
    await create(name, 1);
    return call(client, 'AttachRolePolicy', { RoleName: 'shop', PolicyArn: `${ACCOUNT}:policy/${name}` });
  };
  for (let count = 1; count <= 10; count++) expect(await attach(`p${count}`)).toMatchObject({ status: 200 });
  expect(await attach('p10')).toMatchObject({ status: 200 });
  expect(await attach('p11')).toMatchObject({ status: 409, code: 'LimitExceeded' });
});

const TAG = (number: number, key: string) => ({
  [`Tags.member.${number}.Key`]: key,
  [`Tags.member.${number}.Value`]: 'x',
});

it.each<[action: string, input: Record<string, string>, code: string]>([
  ['PutRolePermissionsBoundary', { PermissionsBoundary: `${ACCOUNT}:policy/none` }, 'NoSuchEntity'],
  ['TagRole', TAG(1, 'aws:cloudformation'), 'InvalidInput'],
  ['TagRole', { ...TAG(1, 'team'), ...TAG(2, 'Team') }, 'InvalidInput'],
  ['TagRole', TAG(1, 'a'.repeat(129)), 'ValidationError'],
  ['TagRole', TAG(1, 'a;b'), 'ValidationError'],
])('%s with %j is refused', async (action, input, code) => {
  expect(await call(await withRole(), action, { RoleName: 'shop', ...input })).toMatchObject({ code });
});

it('a role has one tag of a key, however it is written', async () => {
  const client = await withRole();
  await call(client, 'TagRole', { RoleName: 'shop', ...TAG(1, 'team') });
  await call(client, 'TagRole', { RoleName: 'shop', ...TAG(1, 'Team') });
  const { root } = await call(client, 'ListRoleTags', { RoleName: 'shop' });
  expect(textIn(root, 'Key')).toBe('Team');
});

it('a role that exists in other letters is not made, nor one with a boundary that does not exist', async () => {
  const client = await withRole();
  const AssumeRolePolicyDocument = JSON.stringify(policy(TRUST));
  expect(await call(client, 'CreateRole', { RoleName: 'SHOP', AssumeRolePolicyDocument })).toMatchObject({
    status: 409,
    code: 'EntityAlreadyExists',
  });
  const PermissionsBoundary = `${ACCOUNT}:policy/none`;
  expect(
    await call(client, 'CreateRole', { RoleName: 'other', AssumeRolePolicyDocument, PermissionsBoundary }),
  ).toMatchObject({ status: 404, code: 'NoSuchEntity' });
});
