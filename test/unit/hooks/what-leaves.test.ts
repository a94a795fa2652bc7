import { fail, RetryableError, succeed } from 'ringback/hooks';
import { changeSetHookEvent, resourceHookEvent, stackHookEvent } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import type { HookLogic } from '../../../lib/hooks/answer-hook.ts';
import { answerOf, hookRuntime } from './run-hook.ts';

const SECRET = 'correct-horse-battery';
const type = 'AWS::RDS::DBInstance';

const events = {
  'a new resource': resourceHookEvent({ type, after: { MasterUserPassword: SECRET } }),
  'an old resource': resourceHookEvent({ type, action: 'DELETE', before: { deep: [{ AuthToken: SECRET }] } }),
  'a template': stackHookEvent({ template: { Resources: { Db: { Properties: { MasterUserPassword: SECRET } } } } }),
  'a parameter': stackHookEvent({ template: { Parameters: { Key: { NoEcho: true, Default: SECRET } } } }),
  'a change set': changeSetHookEvent({
    changes: [{ logicalId: 'A', type, action: 'CREATE', after: { ClientSecret: SECRET } }],
  }),
};

const leaks: Readonly<Record<string, HookLogic<unknown, unknown>>> = {
  'an error': () => {
    throw new Error(`cannot use ${SECRET}`);
  },
  'a reason': () => fail(`not ${SECRET}`),
  'a message': () => succeed({ message: SECRET }),
  'an annotation': () =>
    fail('no', {
      annotations: [{ annotationName: 'a', status: 'FAILED', statusMessage: SECRET, remediationMessage: SECRET }],
    }),
  'the name of an annotation': () => succeed({ annotations: [{ annotationName: SECRET, status: 'FAILED' }] }),
  'a log line': ({ log, after, before, changes }) => {
    log.info(`password ${SECRET}`, { after, before, changes, key: SECRET });
  },
};

describe.each(Object.entries(events))('a secret of %s', (_what, event) => {
  it.each(Object.entries(leaks))('leaves by %s withheld', async (_way, logic) => {
    const runtime = hookRuntime();
    const response = await answerOf(logic, event, { runtime });
    const left = JSON.stringify([response, runtime.lines]);
    expect(left).toMatch(/withheld|holds a secret/);
    expect(left).not.toContain(SECRET);
  });
});

describe('a parameter that is not to be echoed', () => {
  it.each([
    ['seven characters', { NoEcho: true, Default: 'hunter2' }, 'hunter2'],
    ['a text that says so', { NoEcho: 'True', Default: 'hunter2' }, 'hunter2'],
    ['a number', { NoEcho: true, Default: 4711 }, '4711'],
  ])('is withheld at any length: %s', async (_what, Key, secret) => {
    const runtime = hookRuntime();
    const logic: HookLogic<unknown, unknown> = ({ log }) => {
      log.info(`<${secret}>`);
      return fail(`<${secret}> is too short`);
    };
    const response = await answerOf(logic, stackHookEvent({ template: { Parameters: { Key } } }), { runtime });
    expect(response).toMatchObject({ message: '<[withheld]> is too short' });
    expect(runtime.lines.join()).not.toContain(`<${secret}>`);
  });
});

describe('a secret in the place of a status', () => {
  it('leaves no part of it where what says so is cut', async () => {
    const secret = `-----KEY-${'k3y9wX2mQz7p'.repeat(20)}`;
    const runtime = hookRuntime();
    const event = resourceHookEvent({ type, after: { PrivateKey: secret } });
    const annotations = [{ annotationName: 'a', status: secret as 'FAILED' }];
    const response = await answerOf(() => succeed({ annotations }), event, { runtime });
    expect(JSON.stringify([response, runtime.lines])).toContain('status must be one of');
    expect(JSON.stringify([response, runtime.lines])).not.toMatch(/k3y|9wX|2mQ|z7p/);
  });
});

describe('what is no secret', () => {
  it.each([
    ['the name of one', { SecretArn: 'arn:aws:secretsmanager:x', KmsKeyId: 'alias/example' }],
    ['a reference to one', { MasterUserPassword: '{{resolve:secretsmanager:db:SecretString:password}}' }],
    ['any other property', { BucketName: 'shop-uploads' }],
  ])('may be told: %s', async (_case, after) => {
    const text = Object.values(after).join(' ');
    expect(await answerOf(() => fail(text), resourceHookEvent({ after }))).toMatchObject({ message: text });
  });
});

describe('an error that leaves the function', () => {
  it('holds no secret', async () => {
    const logic = () => {
      throw new RetryableError(`later, ${SECRET}`);
    };
    await expect(answerOf(logic, events['a new resource'])).rejects.toThrow('later, [withheld]');
  });
});
