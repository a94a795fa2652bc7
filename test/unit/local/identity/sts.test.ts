import { describe, expect, it, onTestFinished } from 'vitest';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { createWire } from '../../../../lib/local/wire/wire.ts';
import { startCloud } from '../cloudcontrol/cloud-client.ts';
import { ACCOUNT_ID, allow, createAccount, policy, ROOT_ARN } from './account.ts';

async function scene() {
  const account = createAccount();
  const { identity, events } = account;
  const kernel = { identity, events, clock: createClock(), uuid: () => 'request-id' };
  const wire = await createWire({ kernel, services: [identity], port: 0 });
  onTestFinished(() => wire.close());

  async function call(accessKeyId: string, parameters: Record<string, string>) {
    const response = await fetch(wire.endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=00`,
      },
      body: new URLSearchParams({ Version: '2011-06-15', ...parameters }),
    });
    const text = await response.text();
    const tag = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
    return { status: response.status, code: tag('Code'), message: tag('Message'), tag };
  }

  const assume = (accessKeyId: string, RoleArn: string, more: Record<string, string> = {}) =>
    call(accessKeyId, { Action: 'AssumeRole', RoleArn, RoleSessionName: 'session', ...more });
  return { ...account, call, assume };
}

const DEVELOPER = 'AKIDEVELOPER';
const trusting = (Principal: unknown, more = {}) => ({
  AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }),
});

describe('AssumeRole', () => {
  it('gives credentials of a role that trusts the account', async () => {
    const { role, assume, identity } = await scene();
    const roleArn = role([], { RoleName: 'r', ...trusting({ AWS: ROOT_ARN }) });

    const { status, tag } = await assume(DEVELOPER, roleArn);

    expect(status).toBe(200);
    expect(tag('Arn')).toBe(`arn:aws:sts::${ACCOUNT_ID}:assumed-role/r/session`);
    expect(tag('Expiration')).toBe('2026-01-01T01:00:00.000Z');
    expect(identity.principalOf(tag('AccessKeyId')).roleArn).toBe(roleArn);
  });

  it.each([
    ['trusts a service only', trusting({ Service: 'lambda.amazonaws.com' })],
    [
      'asks for an external id',
      trusting({ AWS: ROOT_ARN }, { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }),
    ],
  ])('is refused by a role that %s', async (_name, properties) => {
    const { role, assume } = await scene();

    expect(await assume(DEVELOPER, role([], properties))).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message: expect.stringContaining('because no role trust policy allows the sts:AssumeRole action'),
    });
  });

  it('is granted for the right external id', async () => {
    const { role, assume } = await scene();
    const Condition = { StringEquals: { 'sts:ExternalId': 'x' } };

    expect(
      (await assume(DEVELOPER, role([], trusting({ AWS: ROOT_ARN }, { Condition })), { ExternalId: 'x' })).status,
    ).toBe(200);
  });

  it('is refused for a role that does not exist', async () => {
    const { assume } = await scene();

    expect((await assume(DEVELOPER, `arn:aws:iam::${ACCOUNT_ID}:role/none`)).code).toBe('AccessDenied');
  });

  it('asks a role session for permission, unless the trust policy names its role', async () => {
    const { role, assume, identity } = await scene();
    const callerArn = role([], { RoleName: 'caller' });
    const permittedArn = role([allow({ Action: 'sts:AssumeRole' })], { RoleName: 'permitted' });
    const key = (roleArn: string) => identity.issue(roleArn, { sessionName: 's' }).accessKeyId;
    const delegating = role([], { RoleName: 'delegating', ...trusting({ AWS: ROOT_ARN }) });
    const naming = role([], { RoleName: 'naming', ...trusting({ AWS: callerArn }) });

    expect((await assume(key(callerArn), delegating)).message).toContain('because no identity-based policy allows');
    expect((await assume(key(permittedArn), delegating)).status).toBe(200);
    expect((await assume(key(callerArn), naming)).status).toBe(200);
    expect((await assume(key(permittedArn), naming)).code).toBe('AccessDenied');
  });

  it('narrows the session by its inline policy and its managed policies', async () => {
    const { role, assume, identity, create } = await scene();
    const roleArn = role([allow()], trusting({ AWS: ROOT_ARN }));
    const managed = create('AWS::IAM::ManagedPolicy', 'M', { PolicyDocument: policy(allow({ Action: 'sqs:*' })) });

    const { tag } = await assume(DEVELOPER, roleArn, {
      Policy: JSON.stringify(policy(allow({ Action: 's3:*' }))),
      'PolicyArns.member.1.arn': managed.ref,
    });
    const session = identity.principalOf(tag('AccessKeyId'));

    identity.authorize(session, 's3:GetObject', '*');
    identity.authorize(session, 'sqs:SendMessage', '*');
    expect(() => identity.authorize(session, 'sns:Publish', '*')).toThrow(/no session policy allows/);
  });

  it.each([
    [{ RoleSessionName: '!' }, 'ValidationError'],
    [{ DurationSeconds: '899' }, 'ValidationError'],
    [{ DurationSeconds: '7200' }, 'ValidationError'],
    [{ Policy: '{' }, 'MalformedPolicyDocument'],
    [{ Policy: '{"Statement":[{"Effect":"Perhaps"}]}' }, 'MalformedPolicyDocument'],
  ])('refuses %o', async (parameters, code) => {
    const { role, assume } = await scene();

    expect(await assume(DEVELOPER, role([], trusting({ AWS: ROOT_ARN })), parameters)).toMatchObject({
      status: 400,
      code,
    });
  });
});

describe('the other STS operations', () => {
  it('tell who calls', async () => {
    const { call } = await scene();

    const { tag } = await call(DEVELOPER, { Action: 'GetCallerIdentity' });

    expect([tag('UserId'), tag('Account'), tag('Arn')]).toEqual([ACCOUNT_ID, ACCOUNT_ID, ROOT_ARN]);
  });

  it('give session tokens to the root alone', async () => {
    const { call, identity, role } = await scene();
    const { accessKeyId } = identity.issue(role([allow()]), { sessionName: 's' });

    const { tag } = await call(DEVELOPER, { Action: 'GetSessionToken' });

    expect(tag('AccessKeyId')).toMatch(/^ASIA/);
    expect(identity.principalOf(tag('AccessKeyId')).kind).toBe('root');
    expect((await call(accessKeyId, { Action: 'GetSessionToken' })).code).toBe('AccessDenied');
  });

  it('are named when another is asked for', async () => {
    const { call } = await scene();

    const message = expect.stringContaining('AssumeRole, GetCallerIdentity, GetSessionToken');
    const real = await call(DEVELOPER, { Action: 'AssumeRoleWithSAML' });
    expect(real).toMatchObject({ status: 501, code: 'NotImplemented', message });
    const unknown = await call(DEVELOPER, { Action: 'AssumeRoll' });
    expect(unknown).toMatchObject({ status: 400, code: 'InvalidAction', message });
  });
});

describe('a request that is not signed', () => {
  async function ask(Action: string) {
    const { cloud } = await startCloud();
    const body = new URLSearchParams({ Action, Version: '2011-06-15' });
    const response = await fetch(cloud.endpoint, { method: 'POST', body });
    return { status: response.status, text: await response.text() };
  }

  it.each(['AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML'])('for %s is told that STS has it not', async (action) => {
    const { status, text } = await ask(action);
    expect(status).toBe(501);
    expect(text).toMatch(new RegExp(`<ErrorResponse.*STS ${action} is not simulated`, 's'));
  });

  it('for anything else is refused', async () => {
    const { status, text } = await ask('GetCallerIdentity');
    expect(status).toBe(403);
    expect(text).toContain('<Code>MissingAuthenticationToken</Code>');
  });
});
