import { continueAfter, fail, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { LedgerError } from '../../../lib/core/errors.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import { createMemoryLedger } from '../../../lib/core/ledger/memory-ledger.ts';
import { LAST_RESORT_MAX_RECEIVES } from '../../../lib/lifetimes.ts';
import { services } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';
import { askedJob } from './asked-job.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

/** The record that Lambda's on-failure destination receives. */
function failureRecord(requestPayload: unknown, responsePayload: unknown, requestId = 'request-1') {
  return {
    version: '1.0',
    requestContext: {
      requestId,
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Gate:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload,
  };
}

async function lastResort(body: unknown, receiveCount = 1) {
  const message = {
    messageId: 'message-1',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: String(receiveCount) },
  };
  const { batchItemFailures } = await createLastResort(services, () => runtime)(
    { Records: [message] },
    lambdaContext(),
  );
  return { kept: batchItemFailures.length === 0, answer: runtime.service.answers.at(-1) };
}

describe('the last resort', () => {
  it.each([
    [
      'a timeout',
      {
        errorType: 'Sandbox.Timedout',
        errorMessage: '2026-01-01T00:00:00Z request-1 Task timed out after 30.00 seconds',
      },
      /Gate timed out after 30 s in 3 attempts/,
    ],
    [
      'memory',
      {
        errorType: 'Runtime.OutOfMemory',
        errorMessage: 'RequestId: request-1 Error: Runtime exited with error: signal: killed',
      },
      /ran out of memory/,
    ],
    [
      'an import that fails',
      { errorType: 'Runtime.ImportModuleError', errorMessage: "Cannot find module 'x'" },
      /could not be loaded: .*Cannot find module 'x'/,
    ],
    ['retries that were asked for', { errorType: 'RetryableError', errorMessage: 'not yet' }, /gave up: not yet/],
    [
      'an exit',
      { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 1' },
      /Runtime.ExitError/,
    ],
    ['nothing known', null, /ended without a word/],
    ['an error of no type', { errorMessage: 'no' }, /Gate failed with an error: no in 3 attempts/],
  ])('answers failed after %s, with request and log group', async (_name, response, message) => {
    const event = pipelineJobEvent();
    const { kept, answer } = await lastResort(failureRecord(event, response));
    expect(kept).toBe(true);
    expect(answer?.input).toMatchObject({ jobId: event['CodePipeline.job'].id });
    expect(answer?.input.failureDetails.message).toMatch(message);
    expect(answer?.input.failureDetails.message).toMatch(/request request-1, log group \/aws\/lambda\/Gate/);
    expect(await runtime.ledger.list(0)).toMatchObject([{ ticket: { region: runtime.connection.region } }]);
  });

  it.each([
    ['an event that grew too old', { condition: 'EventAgeExceeded' }, null, /could not be run within the maximum age/],
    ['one that failed before', { condition: 'EventAgeExceeded' }, { errorType: 'E', errorMessage: 'x' }, /with E: x/],
    ['one attempt', { approximateInvokeCount: 1 }, null, /Gate ended without a word before it answered the job/],
    ['a request of no id', { requestId: '' }, null, /; request unknown, log group/],
    ['a function of no name', { functionArn: undefined }, null, /handed to failed on it again and again/],
  ])('says what is known of %s', async (_case, context, response, message) => {
    const record = failureRecord(pipelineJobEvent(), response);
    const { answer } = await lastResort({ ...record, requestContext: { ...record.requestContext, ...context } });
    expect(answer?.input.failureDetails.message).toMatch(message);
  });

  it.each([[undefined], [{}], [{ Records: 1 }]])('refuses what is no batch: %j', async (event) => {
    const handler = createLastResort(services, () => runtime);
    await expect(handler(event as never, lambdaContext())).rejects.toThrow(/expected a batch of SQS messages/);
  });

  it('answers for a bare event out of a dead-letter queue', async () => {
    const { answer } = await lastResort(pipelineJobEvent());
    expect(answer?.input.failureDetails.message).toMatch(/again and again/);
  });

  it('reports the stored decision, a success included', async () => {
    const event = pipelineJobEvent();
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    const handler = pipelineJobWith(
      () => runtime,
      () => succeed({ variables: { A: '1' } }),
    );
    await expect(handler(event, lambdaContext())).rejects.toThrow();
    const { answer } = await lastResort(failureRecord(event, { errorType: 'AnswerNotGivenError', errorMessage: 'x' }));
    expect(answer).toMatchObject({ operation: 'PutJobSuccessResult', input: { outputVariables: { A: '1' } } });
  });

  it('waits while another invocation of the same delivery may be alive, and answers when its time is up', async () => {
    const event = pipelineJobEvent();
    const lease = { owner: 'o', requestId: 'request-2', until: runtime.time.now() + 60_000 };
    await runtime.ledger.take(askedJob(event['CodePipeline.job'].id), lease, 0);
    const record = failureRecord(event, null, 'request-1');
    expect(await lastResort(record)).toEqual({ kept: false, answer: undefined });
    runtime.time.advance(61_000);
    expect((await lastResort(record)).kept).toBe(true);
    expect(runtime.service.answers).toHaveLength(1);
  });

  it('answers for a continued job whose last attempt only found another at work', async () => {
    await pipelineJobWith(
      () => runtime,
      () => continueAfter({ seconds: 0 }),
    )(pipelineJobEvent(), lambdaContext());
    const { continuationToken } = runtime.service.answers[0]?.input ?? {};
    const event = pipelineJobEvent({ continuationToken });
    const handler = pipelineJobWith(
      () => runtime,
      () => new Promise(() => undefined),
    );
    // The process of this attempt is killed: it never comes back, and its lease is left.
    void handler(event, lambdaContext({ timeoutMs: 3_600_000 }));
    await vi.waitFor(async () => expect(await runtime.ledger.list(0)).toMatchObject([{ state: { kind: 'running' } }]));
    const record = failureRecord(event, { errorType: 'InProgressError', errorMessage: 'another invocation works' });
    expect((await lastResort(record)).kept).toBe(false);
    runtime.time.advance(3_700_000);
    expect((await lastResort(record)).kept).toBe(true);
    expect(runtime.service.answers.map(({ operation }) => operation).slice(1)).toEqual(['PutJobFailureResult']);
  });

  it('answers at once where the record proves the death of the invocation that holds the lease', async () => {
    const event = pipelineJobEvent();
    const lease = { owner: 'o', requestId: 'request-1', until: runtime.time.now() + 900_000 };
    await runtime.ledger.take(askedJob(event['CodePipeline.job'].id), lease, 0);
    expect((await lastResort(failureRecord(event, null, 'request-1'))).kept).toBe(true);
  });

  it.each([
    ['no JSON', 'not json'],
    ['an event of nobody', { Records: [] }],
    ['null', 'null'],
  ])('gives a message back that holds %s, so that it ends in the dead-letter queue', async (_name, body) => {
    expect((await lastResort(body)).kept).toBe(false);
    expect(runtime.service.calls).toHaveLength(0);
  });

  it('gives the ledger half of its time, and keeps the rest for the report', async () => {
    const ledger = createMemoryLedger();
    const patience: number[] = [];
    const timed = {
      read(key: string, until: number) {
        patience.push(until - runtime.time.now());
        return ledger.read(key, until);
      },
    };
    await runtime.close();
    runtime = await createTestRuntime({ ledger: { ...ledger, ...timed } });
    await createLastResort(services, () => runtime)(
      { Records: [{ messageId: 'm', body: JSON.stringify(failureRecord(pipelineJobEvent(), null)) }] },
      lambdaContext({ timeoutMs: 30_500, now: () => runtime.time.now() }),
    );
    expect(patience).toEqual([15_000]);
  });

  it('answers without the ledger on its last try only', async () => {
    await runtime.close();
    const broken = { ...createMemoryLedger(), read: () => Promise.reject(new LedgerError('down')) };
    runtime = await createTestRuntime({ ledger: broken });
    const record = failureRecord(pipelineJobEvent(), null);
    expect((await lastResort(record, LAST_RESORT_MAX_RECEIVES - 1)).kept).toBe(false);
    expect((await lastResort(record, LAST_RESORT_MAX_RECEIVES)).answer?.operation).toBe('PutJobFailureResult');
  });
});

describe('a delivery whose earlier attempt died', () => {
  const run = async (onCrash: 'fail' | 'retry') => {
    const event = pipelineJobEvent();
    const lease = { owner: 'dead', requestId: 'request-1', until: runtime.time.now() + 30_000 };
    await runtime.ledger.take(askedJob(event['CodePipeline.job'].id), lease, 0);
    const handler = pipelineJobWith(
      () => runtime,
      () => fail('the logic ran again'),
      { onCrash },
    );
    await expect(handler(event, lambdaContext())).rejects.toThrow(/another invocation works/);
    runtime.time.advance(31_000);
    await handler(event, lambdaContext());
    return runtime.service.answers.at(-1)?.input.failureDetails.message;
  };

  it('is answered failed once the lease has run out', async () => {
    expect(await run('fail')).toMatch(
      /an earlier attempt at this job ended without a word.*\/aws\/lambda\/function-under-test/,
    );
  });

  it('is run again where the user chose so', async () => {
    expect(await run('retry')).toBe('the logic ran again');
  });
});
