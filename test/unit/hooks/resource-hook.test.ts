import { continueAfter, fail, PermissionError, RetryableError, resourceHook, succeed } from 'ringback/hooks';
import { changeSetHookEvent, lambdaContext, resourceHookEvent, stackHookEvent } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defer } from '../../../lib/core/outcome.ts';
import type { HookLogic } from '../../../lib/hooks/answer-hook.ts';
import type { ResourceHook } from '../../../lib/hooks/hook.ts';
import { resourceHookWith } from '../../../lib/hooks/resource-hook.ts';
import { answerOf, hookRuntime } from './run-hook.ts';

const clientRequestToken = '11111111-2222-3333-4444-555555555555';
const event = resourceHookEvent({ clientRequestToken, after: { BucketName: 'shop-uploads' } });

/** What the logic of a hook is given. */
async function hookOf(given: unknown): Promise<ResourceHook> {
  let received: ResourceHook | undefined;
  const response = await answerOf((hook) => {
    received = hook;
  }, given);
  if (received === undefined) throw new Error(`the logic did not run: ${response.message}`);
  return received;
}

describe('a hook answers by what it returns:', () => {
  it.each([
    ['nothing, which is a success', () => undefined, { hookStatus: 'SUCCESS' }],
    ['a success with a message', () => succeed({ message: 'well' }), { hookStatus: 'SUCCESS', message: 'well' }],
    ['a failure', () => fail('no'), { hookStatus: 'FAILED', errorCode: 'NonCompliant', message: 'no' }],
    [
      'a failure that is its own',
      () => fail('cannot look', { errorCode: 'InternalFailure' }),
      { hookStatus: 'FAILED', errorCode: 'InternalFailure', message: 'cannot look' },
    ],
    [
      'an error',
      () => {
        throw new PermissionError('may not look');
      },
      { hookStatus: 'FAILED', errorCode: 'InternalFailure', message: 'may not look' },
    ],
    [
      'what is no outcome, and is told those that a hook has',
      () => true as never,
      {
        hookStatus: 'FAILED',
        errorCode: 'InternalFailure',
        message: 'the logic returned boolean true; return succeed(), fail(), verdict(), continueAfter() or nothing',
      },
    ],
    [
      'what has members that nobody knows',
      () => succeed({ summary: 'x' } as never),
      { hookStatus: 'FAILED', errorCode: 'InternalFailure', message: expect.stringContaining('no "summary"') },
    ],
    [
      'a deferral, which a hook cannot have',
      () => defer({ within: { minutes: 5 } }) as never,
      { hookStatus: 'FAILED', errorCode: 'InternalFailure', message: expect.stringContaining('cannot be deferred') },
    ],
  ] as [string, HookLogic<unknown, unknown>, object][])('%s', async (_case, logic, expected) => {
    expect(await answerOf(logic, event)).toEqual({ clientRequestToken, ...expected });
  });

  it('lets a RetryableError out, so that CloudFormation invokes again', async () => {
    const logic = () => {
      throw new RetryableError('the catalog is restarting');
    };
    await expect(answerOf(logic, event)).rejects.toThrow(RetryableError);
  });

  it('takes a function, and no option but those it has', () => {
    expect(() => resourceHook('x' as never)).toThrow('resourceHook takes a function, but got string');
    expect(() => resourceHook(() => undefined, { onCrash: 'retry' } as never)).toThrow(
      'no option "onCrash"; it has state',
    );
  });
});

describe('a hook knows what it is asked about:', () => {
  it.each([
    ['RESOURCE', 'CREATE', { before: undefined, after: { a: 1 } }],
    ['RESOURCE', 'UPDATE', { before: { a: 0 }, after: { a: 1 } }],
    ['RESOURCE', 'DELETE', { before: { a: 0 }, after: undefined }],
    ['CLOUD_CONTROL', 'UPDATE', { before: { a: 0 }, after: { a: 1 } }],
  ] as const)('%s, %s', async (operation, action, { before, after }) => {
    const hook = await hookOf(
      resourceHookEvent({ operation, action, ...(before && { before }), ...(after && { after }) }),
    );
    expect(hook).toMatchObject({ operation, action, target: { name: 'AWS::S3::Bucket', logicalId: 'Bucket' }, run: 1 });
    expect({ before: hook.before, after: hook.after }).toEqual({ before, after });
    expect(hook.stack?.id === undefined).toBe(operation === 'CLOUD_CONTROL');
  });

  it('a resource without properties has an empty object of them', async () => {
    expect((await hookOf(resourceHookEvent({ type: 'AWS::SQS::Queue' }))).after).toEqual({});
  });

  it('STACK, with both templates as objects, from JSON and from YAML', async () => {
    const previousTemplate = 'Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n';
    const template = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 1 } } } };
    const hook = await hookOf(stackHookEvent({ action: 'UPDATE', stackName: 'Shop', template, previousTemplate }));
    expect(hook).toMatchObject({ operation: 'STACK', action: 'UPDATE', target: { name: 'STACK', logicalId: 'Shop' } });
    expect(hook.after).toEqual(template);
    expect(hook.before).toEqual({ Resources: { Queue: { Type: 'AWS::SQS::Queue' } } });
  });

  it('a stack that is deleted, with its template, or without a payload at all', async () => {
    const previousTemplate = { Resources: {} };
    const deleted = stackHookEvent({ action: 'DELETE', previousTemplate });
    expect(await hookOf(deleted)).toMatchObject({ action: 'DELETE', before: previousTemplate, after: undefined });
    const requestData = { targetName: 'STACK', targetType: 'STACK', targetLogicalId: 'Shop' };
    expect(await hookOf({ ...deleted, requestData })).toMatchObject({
      action: 'DELETE',
      target: { logicalId: 'Shop' },
    });
  });

  it('CHANGE_SET, with the resources that change', async () => {
    const change = {
      logicalId: 'Queue',
      type: 'AWS::SQS::Queue',
      action: 'UPDATE',
      after: { DelaySeconds: '1' },
    } as const;
    const hook = await hookOf(changeSetHookEvent({ changes: [change] }));
    expect(hook).toMatchObject({ operation: 'CHANGE_SET', action: 'CREATE', target: { name: 'CHANGE_SET' } });
    expect(hook.changes).toEqual([{ ...change, before: undefined, lineNumber: undefined }]);
  });

  it('members of an event are found in either spelling', async () => {
    const { clientRequestToken: clientRequesttoken, stackId: stackID, ...rest } = event;
    const response = await answerOf((hook) => succeed({ message: hook.stack?.id ?? '' }), {
      ...rest,
      clientRequesttoken,
      stackID,
    });
    expect(response).toEqual({ hookStatus: 'SUCCESS', clientRequestToken, message: stackID });
  });

  it('what it prints holds no properties', async () => {
    const printed = JSON.stringify(
      await hookOf(resourceHookEvent({ action: 'UPDATE', before: { a: 'hush' }, after: { a: 'hush' } })),
    );
    expect(printed).toContain('AWS::S3::Bucket');
    expect(printed).not.toContain('hush');
  });
});

describe('a hook that is asked badly', () => {
  it.each([
    ['an event of another service', { 'CodePipeline.job': { id: 'secret-id' } }, 'an object with "CodePipeline.job"'],
    ['an event without a token', { ...event, clientRequestToken: undefined }, '"actionInvocationPoint"'],
    ['no object', 'secret-text', 'but got string'],
    ['null', null, 'but got null'],
    ['the event of a custom hook', { request: { hookContext: {} }, clientRequestToken }, 'the event of a custom hook'],
  ])('throws for %s, since nobody can be answered, and repeats no value', async (_case, given, message) => {
    const refused = answerOf(() => undefined, given);
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_EVENT', message: expect.stringContaining(message) });
    await expect(refused).rejects.not.toThrow(/secret-/);
  });

  it.each([
    ['nothing but a token', { clientRequestToken }, 'actionInvocationPoint'],
    ['no target', { ...event, requestData: {} }, 'requestData.targetName'],
    ['no payload', { ...event, requestData: { targetName: 'STACK', targetType: 'STACK' } }, 'requestData.payload'],
    ['the context of another program', { ...event, requestContext: { callbackContext: { x: 1 } } }, "not Ringback's"],
    ['the context of another version', { ...event, requestContext: { callbackContext: { ringback: 9 } } }, 'version 9'],
    ['a template that is none', stackHookEvent({ clientRequestToken, template: '- a' }), 'must be an object'],
    ['a template that is broken', stackHookEvent({ clientRequestToken, template: '{"a": [' }), 'neither JSON nor YAML'],
  ])('answers an event with %s, and does not run', async (_case, given, reason) => {
    const response = await answerOf(() => succeed(), given);
    expect(response).toEqual({
      hookStatus: 'FAILED',
      errorCode: 'InternalFailure',
      message: expect.stringContaining(reason),
      clientRequestToken,
    });
  });
});

describe('a hook that goes on later', () => {
  const counting: HookLogic<unknown, { n: number }> = ({ state, run }) =>
    continueAfter({ seconds: 4.2 }, { n: (state?.n ?? 0) + run });

  it('is asked again with its state, three times at most', async () => {
    let callbackContext: unknown = null;
    for (const n of [1, 3, 6]) {
      const response = await answerOf(counting, resourceHookEvent({ clientRequestToken, callbackContext }));
      expect(response).toEqual({
        hookStatus: 'IN_PROGRESS',
        clientRequestToken,
        callbackDelaySeconds: 5,
        callbackContext: expect.objectContaining({ state: { n } }),
      });
      callbackContext = JSON.parse(JSON.stringify(response.callbackContext));
    }
    expect(await answerOf(counting, resourceHookEvent({ callbackContext }))).toMatchObject({
      hookStatus: 'FAILED',
      errorCode: 'InternalFailure',
      message: expect.stringContaining('in round 4, and CloudFormation takes IN_PROGRESS 3 times'),
    });
  });

  it('has a state that does not fit answered, by the name of its field', async () => {
    const { callbackContext } = await answerOf(() => continueAfter({ seconds: 1 }, { n: 'one' }), event);
    const options = { state: z.object({ n: z.number() }) };
    expect(await answerOf(() => succeed(), resourceHookEvent({ callbackContext }), options)).toMatchObject({
      errorCode: 'InternalFailure',
      message: expect.stringMatching(/the state that the last round left does not fit: n: /),
    });
  });
});

describe('the time of a hook', () => {
  it('ends before the timeout of the function, with an answer', async () => {
    let aborted = false;
    const response = await answerOf(
      ({ signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
        }),
      event,
      { timeoutMs: 200 },
    );
    expect(response).toMatchObject({
      errorCode: 'InternalFailure',
      message: expect.stringMatching(
        /did not end within .*function-under-test a longer timeout, or answer with continueAfter/,
      ),
    });
    expect(aborted).toBe(true);
  });

  it('ends before the 30 seconds of CloudFormation, less what the cold start took, whatever the timeout is', async () => {
    const remaining: number[] = [];
    const runtime = hookRuntime({ coldStartMs: 10_000 });
    const handler = resourceHookWith(
      () => runtime,
      (hook) => {
        remaining.push(hook.remainingMs());
      },
    );
    await handler(event, lambdaContext({ timeoutMs: 900_000 }));
    await handler(event, lambdaContext({ timeoutMs: 900_000 }));
    expect(remaining).toEqual([18_500, 28_500]);
  });

  it('says so where it is the limit of a hook', async () => {
    const runtime = hookRuntime({ coldStartMs: 29_900 });
    const response = await answerOf(() => new Promise<undefined>(() => undefined), event, {
      runtime,
      timeoutMs: 900_000,
    });
    expect(response.message).toContain('the 30 s of a hook leave it; answer with continueAfter');
  });
});
