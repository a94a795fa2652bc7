import { RetryableError } from 'ringback/codepipeline';
import { actionStartedEvent, lambdaContext, scheduledEvent, workerJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobWorkerWith } from '../../../../lib/codepipeline/worker/job-worker.ts';
import { LedgerError } from '../../../../lib/core/errors.ts';
import { createLastResort } from '../../../../lib/core/last-resort/last-resort.ts';
import { createMemoryLedger } from '../../../../lib/core/ledger/memory-ledger.ts';
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
async function takeBriefly(key: string, data: Readonly<Record<string, string>>): Promise<void> {
  const lease = { owner: 'o', requestId: 'the request', until: runtime.time.now() + 10 };
  await runtime.ledger.take({ key, run: 1, ticket: { region: 'us-east-1', data } }, lease, Infinity);
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

  it('answers a third-party job that its entry says is ours', async () => {
    const key = `codepipeline-third-party#${id}`;
    const data = { jobId: id, nonce: '1', clientToken: 'the token of a client' };
    await takeBriefly(key, data);
    await runtime.ledger.noteAcknowledged(key, Infinity);
    await runtime.ledger.giveBack(key, 'o', {}, Infinity);
    expect(await lastResort(workerJobEvent({ id, clientToken: 'the token of a client' }))).toBe('done');
    expect(reports()).toMatchObject([{ operation: 'PutThirdPartyJobFailureResult' }]);
  });

  it.each([
    ['answers', false, 'done', ['PutJobFailureResult']],
    ['leaves to its dead-letter queue', true, 'comes again', []],
  ] as const)(
    'at its last try %s one of which nobody can tell whose it is, where shared is %s',
    async (_case, shared, end, answers) => {
      const event = { 'ringback.job': { ...workerJobEvent({ id })['ringback.job'], shared } };
      await takeBriefly(`codepipeline#${id}`, { jobId: id, nonce: '1', ...(shared ? { shared: 'yes' } : {}) });
      runtime.service.script({ errorCode: 'InvalidNonceException' });
      expect(await lastResort(event, LAST_RESORT_MAX_RECEIVES)).toBe(end);
      expect(reports().map(({ operation }) => operation)).toEqual(answers);
    },
  );

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
    ['of an action that ended', { ...actionStartedEvent(), detail: { state: 'FAILED' } }],
  ])('keeps an event %s for the dead-letter queue', async (_case, event) => {
    expect(await lastResort(event)).toBe('comes again');
  });
});
