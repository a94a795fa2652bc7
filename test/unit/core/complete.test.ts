import { type Callback, decodeCallback, encodeCallback, InvalidCallbackError } from 'ringback';
import { continueAfter, defer, fail, succeed } from 'ringback/codepipeline';
import { executorJobEvent, lambdaContext, pipelineJobEvent, workerJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { actionExecutorWith } from '../../../lib/codepipeline/worker/action-executor.ts';
import { jobWorkerWith } from '../../../lib/codepipeline/worker/job-worker.ts';
import { completeWith } from '../../../lib/core/complete.ts';
import type { Entry } from '../../../lib/core/ledger/entry.ts';
import { noteProgressWith, type Progress } from '../../../lib/core/note-progress.ts';
import { services } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

const complete = (callback: Callback | string, outcome: Parameters<typeof completeWith>[3]) =>
  completeWith(runtime, services, callback, outcome);
const lastAnswer = () => runtime.service.answers.at(-1);

/** Defers one job, and gives its callback and the token that CodePipeline would hand back. */
async function deferred(
  during: (callback: string) => Promise<unknown> = async () => undefined,
  more: { readonly silence?: { readonly minutes: number } } = {},
) {
  let callback = '';
  const logic = async (job: { readonly callback: Callback }) => {
    callback = encodeCallback(job.callback);
    await during(callback);
    return defer({ within: { hours: 2 }, ...more });
  };
  await pipelineJobWith(() => runtime, logic)(pipelineJobEvent(), lambdaContext());
  return { callback, token: lastAnswer()?.input.continuationToken as string | undefined };
}

/** CodePipeline's next job of the same action. */
async function nextJob(
  continuationToken: string | undefined,
  logic: () => unknown = () => fail('the logic ran again'),
) {
  const handler = pipelineJobWith(() => runtime, logic as () => undefined);
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

  it('is not known to be answered where a job of it was closed already, which may be a late duplicate', async () => {
    const { callback, token } = await deferred();
    await complete(callback, succeed());
    runtime.service.script({ errorCode: 'InvalidJobStateException' });
    await nextJob(token);
    expect((await runtime.ledger.list(0))[0]?.state).not.toHaveProperty('reported');
    await nextJob(token);
    expect(await runtime.ledger.list(0)).toMatchObject([{ state: { kind: 'decided', reported: true } }]);
  });

  it('is answered at once when it was completed before the logic had returned', async () => {
    await deferred((callback) => complete(callback, succeed({ summary: 'fast' })));
    expect(runtime.service.answers.map(({ input }) => input.executionDetails?.summary)).toEqual(['fast', 'fast']);
  });

  it('shows how far the work is, as it is told, beside what the deferral said', async () => {
    const { callback, token } = await deferred();
    const told = (progress: Progress) => noteProgressWith(runtime, services, decodeCallback(callback), progress);
    expect(await told({ percentComplete: 40, summary: 'compiles' })).toBe('noted');
    expect((await nextJob(token))?.input).toMatchObject({
      continuationToken: token,
      executionDetails: { percentComplete: 40, summary: 'compiles' },
    });
    expect(await told({ summary: 'links' })).toBe('noted');
    expect((await nextJob(token))?.input.executionDetails).toEqual({ percentComplete: 40, summary: 'links' });
    await complete(callback, succeed());
    expect(await told({ percentComplete: 100 })).toBe('closed');
  });

  it.each<[string, Partial<Callback>, RegExp]>([
    ['a service that nobody knows', { service: 'fax' }, /this version knows no service "fax"/],
    ['an entry that is not there', { id: 'nobody' }, /no entry of codepipeline nobody in a memory of its own/],
  ])('hears of no progress of %s', async (_what, part, message) => {
    const { callback } = await deferred();
    const told = noteProgressWith(runtime, services, { ...decodeCallback(callback), ...part }, {});
    await expect(told).rejects.toThrow(message);
  });

  it('hears of no progress where its entry cannot be read', async () => {
    const { callback } = await deferred();
    const [entry] = (await runtime.ledger.list(0)) as [Entry];
    const read = async (): Promise<Entry> => ({ ...entry, state: { kind: 'unreadable', why: 'it is damaged' } });
    runtime = { ...runtime, ledger: { ...runtime.ledger, read } };
    await expect(noteProgressWith(runtime, services, decodeCallback(callback), {})).rejects.toThrow('it is damaged');
  });

  it('hears of no progress when its time is up, or while the work goes on by itself', async () => {
    const { callback } = await deferred();
    runtime.time.advance(2 * 3_600_000);
    expect(await noteProgressWith(runtime, services, decodeCallback(callback), {})).toBe('closed');
    let own: Callback | undefined;
    const logic = (job: { readonly callback: Callback }) => {
      own = job.callback;
      return continueAfter({ hours: 1 });
    };
    await pipelineJobWith(() => runtime, logic)(pipelineJobEvent(), lambdaContext());
    expect(await noteProgressWith(runtime, services, own as Callback, {})).toBe('not yet');
  });

  it('hears of no progress before it is deferred', async () => {
    let told: unknown;
    await deferred(async (callback) => {
      told = await noteProgressWith(runtime, services, decodeCallback(callback), { percentComplete: 1 });
    });
    expect(told).toBe('not yet');
  });

  it('is answered failed when it is not heard of for its silence, and goes on as long as it is', async () => {
    const { callback, token } = await deferred(undefined, { silence: { minutes: 10 } });
    const minutes = async (count: number) => {
      runtime.time.advance(count * 60_000);
      return (await nextJob(token))?.input;
    };
    expect((await minutes(9))?.continuationToken).toBe(token);
    await noteProgressWith(runtime, services, decodeCallback(callback), {});
    expect((await minutes(9))?.continuationToken).toBe(token);
    expect((await minutes(1))?.failureDetails.message).toMatch(/has not been heard of for 10 minutes/);
    expect(await noteProgressWith(runtime, services, decodeCallback(callback), {})).toBe('closed');
  });

  it('keeps the first of two completions', async () => {
    const { callback, token } = await deferred();
    await complete(callback, fail('first'));
    expect(await complete(callback, succeed())).toMatchObject({ decision: 'failed', accepted: false });
    expect((await nextJob(token))?.input.failureDetails.message).toBe('first');
  });

  it('takes the same completion again, as somebody repeats it who did not hear of the first', async () => {
    const { callback } = await deferred();
    await complete(callback, succeed({ summary: 'signed' }));
    const again = await complete(callback, succeed({ summary: 'signed' }));
    expect(again).toEqual({ decision: 'succeeded', accepted: true, state: 'waiting' });
    expect(await complete(callback, succeed({ summary: 'other' }))).toMatchObject({ accepted: false });
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

  it('is tried again while CodePipeline is not there', async () => {
    let completion: unknown;
    await pipelineJobWith(
      () => runtime,
      async (job) => {
        runtime.service.script({ errorCode: 'InternalFailure', status: 500 });
        completion = await complete(job.callback, succeed());
      },
    )(pipelineJobEvent(), lambdaContext());
    expect(completion).toEqual({ decision: 'succeeded', accepted: true, state: 'reported' });
  });

  it.each([
    ['stops what the answer was left to, once', false, 1],
    ['leaves what the answer was left to alone, where that gives it', true, 0],
  ])('%s', async (_what, isOwn, told) => {
    // The recording service has nothing that could be stopped, and says so.
    const api = { service: 'codebuild', targetPrefix: 'CodeBuild_20161006', jsonVersion: '1.1' };
    const stop = { api, operation: 'StopBuild', input: { id: 'build' } };
    let callback = '';
    await pipelineJobWith(
      () => runtime,
      (job) => {
        callback = encodeCallback(job.callback);
        return { ...defer({ within: { hours: 2 } }), execution: { id: 'build', stop } } as never;
      },
    )(pipelineJobEvent(), lambdaContext());
    vi.stubEnv('RINGBACK_CALLBACK', isOwn ? callback : 'rb1.another');
    onTestFinished(() => void vi.unstubAllEnvs());
    await complete(callback, succeed());
    await complete(callback, succeed());
    expect(runtime.lines.filter((line) => line.includes('could not be stopped'))).toHaveLength(told);
  });

  it('says so where CodePipeline calls the success invalid, and fails the job', async () => {
    let completion: unknown;
    await pipelineJobWith(
      () => runtime,
      async (job) => {
        runtime.service.script({ errorCode: 'ValidationException' });
        completion = await complete(job.callback, succeed({ summary: 'fine' }));
      },
    )(pipelineJobEvent(), lambdaContext());
    expect(completion).toEqual({ decision: 'failed', accepted: false, state: 'reported' });
    expect(lastAnswer()?.operation).toBe('PutJobFailureResult');
  });

  const actionType = { category: 'Test', provider: 'UnderTest' } as const;

  it('answers a polled job at once that its worker has acknowledged', async () => {
    let completion: unknown;
    await jobWorkerWith(
      () => runtime,
      async (job) => {
        completion = await complete(job.callback, succeed({ summary: 'fast' }));
      },
      { actionType },
    )(workerJobEvent(), lambdaContext());
    expect(completion).toMatchObject({ accepted: true, state: 'reported' });
  });

  it('leaves a job to its executor, whose return value is the answer', async () => {
    let completion: unknown;
    const answer = await actionExecutorWith(
      () => runtime,
      async (job) => {
        completion = await complete(job.callback, succeed({ summary: 'fast' }));
        return fail('late');
      },
    )(executorJobEvent(), lambdaContext());
    expect(completion).toMatchObject({ accepted: true, state: 'waiting' });
    expect(answer).toMatchObject({ result: 'Success', status: { summary: 'fast' } });
  });

  it('leaves a job to its worker that is not acknowledged yet', async () => {
    const event = workerJobEvent();
    const { id } = event['ringback.job'].job;
    const ticket = { region: 'us-east-1', data: { jobId: id, nonce: '1', offeredAt: '0' } };
    const lease = { owner: 'a worker', requestId: 'the request', until: runtime.time.now() + 1 };
    await runtime.ledger.take({ key: `codepipeline#${id}`, run: 1, ticket }, lease, Infinity);
    const callback = { service: 'codepipeline', id, region: 'us-east-1' };
    expect(await complete(callback, succeed())).toMatchObject({ accepted: true, state: 'waiting' });
    expect(runtime.service.calls).toEqual([]);
    await jobWorkerWith(
      () => runtime,
      () => undefined,
      { actionType },
    )(event, lambdaContext());
    expect(runtime.service.calls.map(({ operation }) => operation)).toEqual(['AcknowledgeJob', 'PutJobSuccessResult']);
  });

  it('says what is wrong with an entry that cannot be read', async () => {
    const why = 'its entry in the ledger is of version 7, and this function knows 1';
    const { callback } = await deferred();
    const [entry] = (await runtime.ledger.list(0)) as [Entry];
    const unreadable: Entry = { ...entry, state: { kind: 'unreadable', why } };
    runtime = { ...runtime, ledger: { ...runtime.ledger, decide: async () => ({ isOwn: false, entry: unreadable }) } };
    await expect(complete(callback, succeed())).rejects.toThrow(`cannot be completed: ${why}`);
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
    ['rb2.WyJjb2RlcGlwZWxpbmUiXQ', /of version 2, and this copy of Ringback knows 1/],
    [`rb1.${Buffer.from('[1,2]').toString('base64url')}`, /does not hold the service/],
    [
      encodeCallback({ service: 'fax', id: '1', region: 'us-east-1' }),
      /service "fax", and this version knows codepipeline, /,
    ],
    [encodeCallback({ service: 'codepipeline', id: '', region: 'us-east-1' }), /does not hold the id/],
    [encodeCallback({ service: 'codepipeline', id: '1', region: 'x@127.0.0.1:4566/#' }), /does not hold the region/],
    [encodeCallback({ service: 'codepipeline', id: '1', region: 'evil.example.com' }), /does not hold the region/],
    [encodeCallback({ service: 'codepipeline', id: 'あ'.repeat(700), region: 'us-east-1' }), /does not hold the id/],
    [
      encodeCallback({ service: 'codepipeline', id: 'half \ud800', region: 'us-east-1' }),
      /does not hold the id|no entry/,
    ],
    [encodeCallback({ service: 'a/b', id: '1', region: 'us-east-1' }), /does not hold the service/],
  ])('refuses the callback %j', async (text, message) => {
    await expect(complete(text, succeed())).rejects.toThrow(message);
    await expect(complete(text, succeed())).rejects.toBeInstanceOf(InvalidCallbackError);
  });

  it.each<[string, object]>([
    ['a region that is a host', { region: 'x@127.0.0.1:4566/#' }],
    ['no id', { id: undefined }],
    ['an id that no key of a table can hold', { id: 'あ'.repeat(700) }],
    ['an id with half a character', { id: 'half \ud800' }],
    ['a service that is none', { service: '__proto__' }],
  ])('refuses a callback object with %s, and sends nothing', async (_what, part) => {
    const callback = { service: 'codepipeline', id: '1', region: 'us-east-1', ...part };
    await expect(complete(callback as Callback, succeed())).rejects.toBeInstanceOf(InvalidCallbackError);
    expect(runtime.service.calls).toEqual([]);
  });

  it('refuses a callback that the ledger has no entry of, and decides nothing', async () => {
    const callback = { service: 'codepipeline', id: 'never-delivered', region: 'us-east-1' };
    await expect(complete(callback, succeed())).rejects.toBeInstanceOf(InvalidCallbackError);
    await expect(complete(callback, succeed())).rejects.toThrow(/no entry of it in a memory of its own/);
    expect(await runtime.ledger.list(0)).toEqual([]);
    expect(runtime.service.calls).toEqual([]);
  });

  it('answers the job of the entry, whatever job the callback names beside it', async () => {
    const { callback, token } = await deferred();
    const forged = { ...decodeCallback(callback), data: { jobId: 'ffffffff-0000-0000-0000-000000000000' } };
    await complete(forged, succeed());
    const next = pipelineJobEvent({ continuationToken: token as string });
    await pipelineJobWith(
      () => runtime,
      () => fail('ran'),
    )(next, lambdaContext());
    expect(JSON.stringify(runtime.service.answers)).not.toContain('ffffffff');
    expect(lastAnswer()?.input.jobId).toBe(next['CodePipeline.job'].id);
  });

  it('takes the callback of any run of the work', async () => {
    const callbacks: Callback[] = [];
    const logic = (job: { readonly callback: Callback; readonly run: number }) => {
      callbacks.push(job.callback);
      return job.run < 3 ? continueAfter({ seconds: 1 }) : defer({ within: { hours: 1 } });
    };
    const handler = pipelineJobWith(() => runtime, logic);
    await handler(pipelineJobEvent(), lambdaContext());
    for (let run = 2; run <= 3; run++) {
      runtime.time.advance(30_000);
      const continuationToken = lastAnswer()?.input.continuationToken as string;
      await handler(pipelineJobEvent({ continuationToken }), lambdaContext());
    }
    expect(new Set(callbacks.map(encodeCallback)).size).toBe(1);
    expect(await complete(callbacks[0] as Callback, succeed({ summary: 'signed' }))).toMatchObject({
      state: 'waiting',
    });
    expect(await nextJob(lastAnswer()?.input.continuationToken)).toMatchObject({
      input: { executionDetails: { summary: 'signed' } },
    });
    expect(await runtime.ledger.list(0)).toHaveLength(1);
  });

  it.each([
    [continueAfter({ seconds: 1 }), 'continued'],
    [{ kind: 'failed', details: {} }, 'failed'],
    [null, 'undefined'],
  ])('refuses an outcome that is no end: %j', async (outcome, got) => {
    const callback = { service: 'codepipeline', id: '1', region: 'us-east-1' };
    await expect(complete(callback, outcome as never)).rejects.toThrow(`succeed() or fail(), but got ${got}`);
  });
});

describe('an encoded callback', () => {
  it('is one line of URL-safe text that decodes to the same', () => {
    const callback = { service: 'codepipeline', id: 'ä b', region: 'us-east-1' };
    const text = encodeCallback(callback);
    expect(text).toMatch(/^rb1\.[\w-]+$/);
    expect(decodeCallback(` ${text}\n`)).toEqual(callback);
  });
});
