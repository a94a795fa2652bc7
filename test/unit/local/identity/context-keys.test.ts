import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../../../lib/local/index.ts';
import { allow, createAccount, deny, policy } from './account.ts';

const SESSION = { sessionName: 'session' };

/** Whether a role with these statements may do something, and what is told of it. */
function ask(statements: readonly unknown[], context: Record<string, string | string[]> = {}, roleTags = {}) {
  const { role, identity, notices, refusals } = createAccount();
  const Tags = Object.entries(roleTags).map(([Key, Value]) => ({ Key, Value }));
  const arn = role(statements, { Tags });
  const principal = identity.principalOf(identity.issue(arn, SESSION).accessKeyId);
  const decide = () => {
    try {
      identity.authorize(principal, 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:123456789012:orders', context);
      return true;
    } catch {
      return false;
    }
  };
  return { allowed: decide(), decide, notices, refusals };
}

describe('a condition key', () => {
  it.each([
    ['a tag of the role', { StringEquals: { 'aws:PrincipalTag/team': 'a' } }, { team: 'a' }, true],
    ['another value', { StringEquals: { 'aws:PrincipalTag/team': 'a' } }, { team: 'b' }, false],
    ['no such tag', { StringEquals: { 'aws:PrincipalTag/team': 'a' } }, {}, false],
    ['the absence of a tag', { Null: { 'aws:PrincipalTag/team': 'true' } }, {}, true],
    ['a second factor', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, {}, false],
    ['the time', { DateGreaterThan: { 'aws:CurrentTime': '2025-01-01T00:00:00Z' } }, {}, true],
    ['the network', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, {}, true],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }, {}, true],
  ])('lets an Allow match by %s', (_, Condition, tags, allowed) => {
    expect(ask([allow({ Condition })], {}, tags).allowed).toBe(allowed);
  });

  it('lets a Deny match by the tag of the role', () => {
    const guarded = [allow(), deny({ Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'a' } } })];
    expect(ask(guarded, {}, { team: 'a' }).allowed).toBe(true);
    expect(ask(guarded, {}, { team: 'b' }).allowed).toBe(false);
  });

  it.each([
    ['aws:PrincipalOrgID', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }],
    ['sqs:Unheard', { StringEqualsIfExists: { 'sqs:Unheard': 'x' } }],
    ['aws:NoSuchKey', { 'ForAllValues:StringEquals': { 'aws:NoSuchKey': ['x'] } }],
    ['aws:PrincipalOrgPaths', { Null: { 'aws:PrincipalOrgPaths': 'false' } }],
  ])('that is not simulated, %s, lets no Allow match and every Deny, with one notice', (key, Condition) => {
    const asAllow = ask([allow({ Condition })]);
    expect(asAllow.allowed).toBe(false);
    expect(asAllow.decide()).toBe(false);
    expect(asAllow.notices).toEqual([
      `condition key '${key}' is not simulated: an Allow with it grants nothing, a Deny with it holds`,
    ]);
    expect(ask([allow(), deny({ Condition })]).allowed).toBe(false);
  });

  it('that a service sends is heeded, known or not', () => {
    const Condition = { StringEquals: { 'sqs:Unheard': 'x' } };
    expect(ask([allow({ Condition })], { 'sqs:Unheard': 'x' })).toMatchObject({ allowed: true, notices: [] });
  });
});

describe('the tags of a request', () => {
  it('let a role create what it tags as it must, and nothing else', async () => {
    const cloud = await createLocalCloud();
    onTestFinished(() => cloud.stop());
    const { assumeAs, call } = await taggingRole(cloud);
    const credentials = await assumeAs({ 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'a' });

    const create = (Name: string, Tags?: readonly object[]) =>
      call(credentials, 'secretsmanager.CreateSecret', { Name, SecretString: 's', ...(Tags ? { Tags } : {}) });
    expect((await create('mine', [{ Key: 'team', Value: 'a' }])).status).toBe(200);
    expect((await create('theirs', [{ Key: 'team', Value: 'b' }])).status).toBe(400);
    expect((await create('nobodys')).status).toBe(400);
    const further = [
      { Key: 'team', Value: 'a' },
      { Key: 'colour', Value: 'red' },
    ];
    expect((await create('painted', further)).status).toBe(400);
  });
});

/** A role that may create secrets whose tag `team`, the only one, is that of its session. */
async function taggingRole(cloud: Awaited<ReturnType<typeof createLocalCloud>>) {
  const roles = cloud.identity as unknown as {
    resources: Record<string, (declaration: object) => { attributes: { Arn: string } }>;
  };
  const Condition = {
    StringEquals: { 'aws:RequestTag/team': `\${aws:PrincipalTag/team}` },
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
  };
  const created = roles.resources['AWS::IAM::Role']?.({
    type: 'AWS::IAM::Role',
    logicalId: 'Tagger',
    stackName: 'Shop',
    assemblyDir: '',
    properties: {
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${cloud.accountId}:root` },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      }),
      Policies: [
        {
          PolicyName: 'tags',
          PolicyDocument: policy(
            allow({ Action: 'secretsmanager:*', Condition }),
            allow({ Action: 'secretsmanager:TagResource' }),
          ),
        },
      ],
    },
  });
  const authorization = (key: string, service: string) =>
    `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
  return {
    async assumeAs(tags: Record<string, string>): Promise<string> {
      const body = new URLSearchParams({
        Action: 'AssumeRole',
        Version: '2011-06-15',
        RoleArn: created?.attributes.Arn ?? '',
        RoleSessionName: 'tagger',
        ...tags,
      });
      const headers = { authorization: authorization('AKIADEVELOPER', 'sts') };
      const text = await (await fetch(cloud.endpoint, { method: 'POST', headers, body })).text();
      return /<AccessKeyId>(.+?)</.exec(text)?.[1] ?? text;
    },
    call: (key: string, target: string, input: object) =>
      fetch(cloud.endpoint, {
        method: 'POST',
        headers: { authorization: authorization(key, 'secretsmanager'), 'x-amz-target': target },
        body: JSON.stringify(input),
      }),
  };
}
