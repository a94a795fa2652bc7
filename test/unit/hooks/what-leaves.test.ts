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
