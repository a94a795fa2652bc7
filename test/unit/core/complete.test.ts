import { type Callback, decodeCallback, encodeCallback, InvalidCallbackError } from 'ringback';
import { continueAfter, defer, fail, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { completeWith } from '../../../lib/core/complete.ts';
import { resultApis } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

const complete = (callback: Callback | string, outcome: Parameters<typeof completeWith>[3]) =>
  completeWith(runtime, resultApis, callback, outcome);
const lastAnswer = () => runtime.service.answers.at(-1);

/** Defers one job, and gives its callback and the token that CodePipeline would hand back. */
async function deferred(during: (callback: string) => Promise<unknown> = async () => undefined) {
  let callback = '';
  const logic = async (job: { readonly callback: Callback }) => {
    callback = encodeCallback(job.callback);
    await during(callback);
    return defer({ within: { hours: 2 } });
  };
  await pipelineJobWith(() => runtime, logic)(pipelineJobEvent(), lambdaContext());
  return { callback, token: lastAnswer()?.input.continuationToken as string | undefined };
}

/** CodePipeline's next job of the same action. */
async function nextJob(continuationToken: string | undefined) {
  const handler = pipelineJobWith(
    () => runtime,
    () => fail('the logic ran again'),
  );
  await handler(pipelineJobEvent(continuationToken === undefined ? {} : { continuationToken }), lambdaContext());
  return lastAnswer();
}

describe('a deferred job', () => {
  it('goes on being deferred, without running the logic, until somebody completes it', async () => {
    const { callback, token } = await deferred();
    for (let minute = 0; minute < 3; minute++) {
      runtime.time.advance(60_000);
      expect((await nextJob(token))?.input.continuationToken).toBe(token);
    }
    expect(await complete(callback, succeed({ variables: { By: 'hand' } }))).toEqual({
      decision: 'succeeded',
      accepted: true,
      state: 'waiting',
    });
    expect(await nextJob(token)).toMatchObject({
      operation: 'PutJobSuccessResult',
      input: { outputVariables: { By: 'hand' } },
    });
  });

  it('is answered at once when it was completed before the logic had returned', async () => {
    await deferred((callback) => complete(callback, succeed({ summary: 'fast' })));
    expect(runtime.service.answers.map(({ input }) => input.executionDetails?.summary)).toEqual(['fast', 'fast']);
  });

  it('keeps the first of two completions', async () => {
    const { callback, token } = await deferred();
    await complete(callback, fail('first'));
    expect(await complete(callback, succeed())).toMatchObject({ decision: 'failed', accepted: false });
    expect((await nextJob(token))?.input.failureDetails.message).toBe('first');
  });

  it('is answered failed when nobody completes it in time, and a later completion changes nothing', async () => {
    const { callback, token } = await deferred();
    runtime.time.advance(2 * 3_600_000);
    expect((await nextJob(token))?.input.failureDetails.message).toMatch(/left to somebody else, who gave none until/);
    expect(await complete(callback, succeed())).toMatchObject({ decision: 'failed', accepted: false });
  });
});

describe('complete', () => {
  it('answers a job that is still open, whatever its logic says later', async () => {
    let callback: Callback | undefined;
    await pipelineJobWith(
      () => runtime,
      async (job) => {
        callback = job.callback;
        await complete(job.callback, fail('somebody was faster'));
        return succeed();
      },
    )(pipelineJobEvent(), lambdaContext());
    expect(new Set(runtime.service.answers.map(({ operation }) => operation))).toEqual(
      new Set(['PutJobFailureResult']),
    );
    expect(callback).toBeDefined();
  });

  it('leaves a decided job as it is', async () => {
    let callback: Callback | undefined;
    await pipelineJobWith(
      () => runtime,
      (job) => {
        callback = job.callback;
        return succeed();
      },
    )(pipelineJobEvent(), lambdaContext());
    runtime.service.script({ errorCode: 'InvalidJobStateException' });
    expect(await complete(callback as Callback, fail('too late'))).toEqual({
      decision: 'succeeded',
      accepted: false,
      state: 'closed',
    });
  });

  it.each([
    ['', /begins with "rb1."/],
    ['rb1.x', /damaged/],
    [`rb1.${Buffer.from('[1,2]').toString('base64url')}`, /does not hold/],
    [encodeCallback({ service: 'fax', id: '1', region: 'us-east-1', data: {} }), /service "fax"/],
  ])('refuses the callback %j', async (text, message) => {
    await expect(complete(text, succeed())).rejects.toThrow(message);
    await expect(complete(text, succeed())).rejects.toBeInstanceOf(InvalidCallbackError);
  });

  it('refuses an outcome that is no end', async () => {
    const callback = { service: 'codepipeline', id: '1', region: 'us-east-1', data: {} };
    await expect(complete(callback, continueAfter({ seconds: 1 }) as never)).rejects.toThrow(
      /succeed\(\) or fail\(\), but got continued/,
    );
  });
});

describe('an encoded callback', () => {
  it('is one line of URL-safe text that decodes to the same', () => {
    const callback = { service: 'codepipeline', id: 'ä b', region: 'us-east-1', data: { token: 'x/+=\n' } };
    const text = encodeCallback(callback);
    expect(text).toMatch(/^rb1\.[\w-]+$/);
    expect(decodeCallback(` ${text}\n`)).toEqual(callback);
  });
});
