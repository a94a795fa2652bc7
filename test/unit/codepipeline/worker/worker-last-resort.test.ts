import { continueAfter, RetryableError } from 'ringback/codepipeline';
import { actionStartedEvent, lambdaContext, scheduledEvent, workerJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobService } from '../../../../lib/codepipeline/services/job-service.ts';
import { thirdPartyJobService } from '../../../../lib/codepipeline/services/third-party-job-service.ts';
import { jobWorkerWith } from '../../../../lib/codepipeline/worker/job-worker.ts';
import { LedgerError } from '../../../../lib/core/errors.ts';
import { createLastResort } from '../../../../lib/core/last-resort/last-resort.ts';
import type { Ticket } from '../../../../lib/core/ledger/entry.ts';
import { createMemoryLedger } from '../../../../lib/core/ledger/memory-ledger.ts';
import type { Service } from '../../../../lib/core/service.ts';
import { LAST_RESORT_MAX_RECEIVES } from '../../../../lib/lifetimes.ts';
import { services } from '../../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../../test-runtime.ts';

const id = '00000000-0000-0000-0000-000000000001';
let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

const worker = () =>
  jobWorkerWith(
    () => runtime,
    () => undefined,
    { actionType: { category: 'Test', provider: 'UnderTest' } },
  );

/** Feeds the last resort with an event that the worker failed on for good; tells whether it is done with it. */
async function lastResort(requestPayload: unknown, receiveCount = 1): Promise<'done' | 'comes again'> {
  const body = JSON.stringify({
    requestContext: { requestId: 'the request', functionArn: 'arn:aws:lambda:us-east-1:1:function:checks' },
    requestPayload,
    responsePayload: { errorType: 'Error', errorMessage: 'went wrong' },
  });
  return feed(body, receiveCount);
}

async function feed(body: string, receiveCount = 1): Promise<'done' | 'comes again'> {
  const attributes = { ApproximateReceiveCount: String(receiveCount) };
  const { batchItemFailures } = await createLastResort(services, () => runtime)(
    { Records: [{ messageId: 'message-1', body, attributes }] },
    lambdaContext(),
  );
  return batchItemFailures.length === 0 ? 'done' : 'comes again';
}

/** Takes an entry as an invocation does that dies soon after. */
async function takeBriefly(service: Service, event: unknown): Promise<string> {
  const ticket = service.recognise(event, { region: 'us-east-1', functionName: 'checks' })?.ticket as Ticket;
  const key = `${service.name}#${id}`;
  const lease = { owner: 'o', requestId: 'the request', until: runtime.time.now() + 10 };
  await runtime.ledger.take({ key, run: 1, ticket }, lease, Infinity);
  return key;
}

const reports = () => runtime.service.calls.filter(({ operation }) => operation.startsWith('Put'));

describe('the last resort, fed with a job of a worker', () => {
  it.each([
    ['a custom job', workerJobEvent({ id })],
    ['a third-party job', workerJobEvent({ id, clientToken: 'the token of a client' })],
  ])('drops %s that no invocation came to acknowledge', async (_case, event) => {
    expect(await lastResort(event)).toBe('done');
    expect(reports()).toEqual([]);
    expect(await runtime.ledger.list(Infinity)).toEqual([]);
    expect(runtime.lines.join('\n')).toMatch(/nobody waits for it here.*00000000-0000-0000-0000-000000000001/);
  });

  it('drops one whose acknowledgement was refused, since another worker has it', async () => {
    runtime.service.script({ errorCode: 'InvalidNonceException' });
    await worker()(workerJobEvent({ id }), lambdaContext());
    expect(await lastResort(workerJobEvent({ id }))).toBe('done');
    expect(reports()).toEqual([]);
  });

  it('drops one that this function may not acknowledge', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    await expect(worker()(workerJobEvent({ id }), lambdaContext())).rejects.toThrow(/AccessDenied/);
    expect(await lastResort(workerJobEvent({ id }))).toBe('done');
    expect(reports()).toEqual([]);
  });

  it('answers one that was acknowledged and given back to be run again', async () => {
    const handler = jobWorkerWith(
      () => runtime,
      () => {
        throw new RetryableError('not yet');
      },
      { actionType: { category: 'Test', provider: 'UnderTest' } },
    );
    const event = workerJobEvent({ id });
    await expect(handler(event, lambdaContext())).rejects.toThrow('not yet');
    expect(reports()).toEqual([]);
    await lastResort(event);
    expect(reports().at(-1)).toMatchObject({ operation: 'PutJobFailureResult', input: { jobId: id } });
  });

  it('puts off what the run before could not announce, by the job of that run', async () => {
    const handler = jobWorkerWith(
      () => runtime,
      () => {
        runtime.service.script({ errorCode: 'AccessDeniedException' });
        return continueAfter({ hours: 1 });
      },
      { actionType: { category: 'Test', provider: 'UnderTest' } },
    );
    const event = workerJobEvent({ id });
    await expect(handler(event, lambdaContext())).rejects.toThrow(/lacks a permission/);
    expect(await lastResort(event)).toBe('done');
    expect(runtime.service.answers).toMatchObject([{ input: { jobId: id, continuationToken: expect.any(String) } }]);
  });

  it('leaves a continuation alone that is not due, since it is offered again', async () => {
    const handler = jobWorkerWith(
      () => runtime,
      () => continueAfter({ hours: 1 }),
      { actionType: { category: 'Test', provider: 'UnderTest' } },
    );
    await handler(workerJobEvent({ id }), lambdaContext());
    const { continuationToken } = runtime.service.answers.at(-1)?.input ?? {};
    expect(await lastResort(workerJobEvent({ continuationToken }))).toBe('done');
    expect(reports()).toHaveLength(1);
    expect(await runtime.ledger.list(Infinity)).toMatchObject([{ state: { kind: 'waiting' } }]);
  });

  it('answers a third-party job that its entry says is ours', async () => {
    const event = workerJobEvent({ id, clientToken: 'the token of a client' });
    const key = await takeBriefly(thirdPartyJobService, event);
    await runtime.ledger.noteAcknowledged(key, Infinity);
    await runtime.ledger.giveBack(key, 'o', {}, Infinity);
    expect(await lastResort(event)).toBe('done');
    expect(reports()).toMatchObject([{ operation: 'PutThirdPartyJobFailureResult' }]);
  });

  it.each([
    ['answers', false, 'done', ['PutJobFailureResult']],
    ['leaves to its dead-letter queue', true, 'comes again', []],
  ] as const)(
    'at its last try %s one of which nobody can tell whose it is, where shared is %s',
    async (_case, shared, end, answers) => {
      const event = { 'ringback.job': { ...workerJobEvent({ id })['ringback.job'], shared } };
      await takeBriefly(jobService, event);
      runtime.service.script({ errorCode: 'InvalidNonceException' });
      expect(await lastResort(event, LAST_RESORT_MAX_RECEIVES)).toBe(end);
      expect(reports().map(({ operation }) => operation)).toEqual(answers);
    },
  );

  it.each([
    ['leaves to its next try', 1, 'comes again', []],
    ['answers at its last try', LAST_RESORT_MAX_RECEIVES, 'done', ['PutJobFailureResult']],
  ] as const)('%s one whose acknowledgement it may not ask for', async (_case, tries, end, answers) => {
    const event = workerJobEvent({ id });
    await takeBriefly(jobService, event);
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    expect(await lastResort(event, tries)).toBe(end);
    expect(reports().map(({ operation }) => operation)).toEqual(answers);
  });

  it.each([
    ['notes its acknowledgement, so that its next try need not ask again', [], ['yes']],
    ['notes none that was refused', [{ errorCode: 'JobNotFoundException' }], [undefined]],
  ])('%s', async (_does, answers, noted) => {
    const event = workerJobEvent({ id });
    await takeBriefly(jobService, event);
    runtime.service.script(...answers);
    expect(await lastResort(event)).toBe('done');
    expect((await runtime.ledger.list(Infinity)).map(({ acknowledged }) => acknowledged)).toEqual(noted);
  });

  it('answers at its last try one that was given back in doubt', async () => {
    const event = workerJobEvent({ id });
    await runtime.ledger.giveBack(await takeBriefly(jobService, event), 'o', { acknowledged: 'unknown' }, Infinity);
    runtime.service.script({ errorCode: 'InvalidNonceException' });
    expect(await lastResort(event, LAST_RESORT_MAX_RECEIVES)).toBe('done');
    expect(reports()).toMatchObject([{ operation: 'PutJobFailureResult' }]);
  });

  it('leaves one to its next try where CodePipeline cannot be asked, on its last, too', async () => {
    const event = workerJobEvent({ id });
    await takeBriefly(jobService, event);
    runtime.service.script(...Array.from({ length: 60 }, () => ({ errorCode: 'InternalFailure', status: 500 })));
    expect(await lastResort(event, LAST_RESORT_MAX_RECEIVES)).toBe('comes again');
    expect(reports()).toEqual([]);
  });

  it('leaves one to the dead-letter queue when the ledger cannot tell whose it is, on its last try, too', async () => {
    await runtime.close();
    const broken = { ...createMemoryLedger(), read: () => Promise.reject(new LedgerError('down')) };
    runtime = await createTestRuntime({ ledger: broken });
    expect(await lastResort(workerJobEvent({ id }), LAST_RESORT_MAX_RECEIVES)).toBe('comes again');
    expect(reports()).toEqual([]);
  });
});

describe('the last resort, fed with a wake-up of a worker', () => {
  it.each([
    ['an action that started', actionStartedEvent()],
    ['the schedule', scheduledEvent()],
  ])('drops %s with a warning that names the function and its error', async (_case, event) => {
    expect(await lastResort(event)).toBe('done');
    expect(runtime.service.calls).toEqual([]);
    expect(runtime.lines.at(-1)).toMatch(/a wake-up of a job worker.*dropped.*checks.*went wrong/);
  });

  it('drops one that comes bare out of the dead-letter queue of a rule', async () => {
    expect(await feed(JSON.stringify(scheduledEvent()))).toBe('done');
  });

  it.each([
    ['of another source', { ...scheduledEvent(), source: 'my.app' }],
    ['of another type', { ...scheduledEvent(), 'detail-type': 'Something Else' }],
    ['like that of an action, of another source', { ...actionStartedEvent(), source: 'my.app' }],
    ['of a stage', { ...actionStartedEvent(), 'detail-type': 'CodePipeline Stage Execution State Change' }],
    ['of an action that ended', { ...actionStartedEvent(), detail: { state: 'FAILED' } }],
  ])('keeps an event %s for the dead-letter queue', async (_case, event) => {
    expect(await lastResort(event)).toBe('comes again');
  });
});
