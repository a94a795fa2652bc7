import { continueAfter, defer, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { completeWith } from '../../../lib/core/complete.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import { services } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

const answers = () => runtime.service.answers.map(({ operation, input }) => [operation, input.jobId]);
const idOf = (event: ReturnType<typeof pipelineJobEvent>) => event['CodePipeline.job'].id;

/** Puts a job off, and gives the event of the next one. */
async function nextJob(outcome: Parameters<typeof deliver>[0]) {
  const event = pipelineJobEvent();
  await deliver(outcome, event);
  const continuationToken = runtime.service.answers.at(-1)?.input.continuationToken as string;
  return { first: event, next: pipelineJobEvent({ continuationToken }) };
}

async function deliver(outcome: ReturnType<typeof defer> | ReturnType<typeof continueAfter>, event: unknown) {
  await pipelineJobWith(
    () => runtime,
    () => outcome,
  )(event, lambdaContext());
}

/** Gives the last resort the failure of a function on an event. */
async function lastResort(event: unknown) {
  const record = {
    requestContext: { functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Gate', requestId: 'r' },
    requestPayload: event,
    responsePayload: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited' },
  };
  const { batchItemFailures } = await createLastResort(services, () => runtime)(
    { Records: [{ messageId: 'm', body: JSON.stringify(record) }] },
    lambdaContext({ now: () => runtime.time.now() }),
  );
  return { isDone: batchItemFailures.length === 0 };
}

describe('the last resort, for a job that only asked', () => {
  it('puts a deferral off again in its place, with the job of its own', async () => {
    const { next } = await nextJob(defer({ within: { hours: 2 } }));
    expect(await lastResort(next)).toEqual({ isDone: true });
    expect(runtime.service.answers.at(-1)).toMatchObject({
      operation: 'PutJobSuccessResult',
      input: { jobId: idOf(next), continuationToken: next['CodePipeline.job'].data.continuationToken },
    });
    expect(await runtime.ledger.list(0)).toMatchObject([{ state: { kind: 'waiting' } }]);
  });

  it('puts a continuation off again that is not due', async () => {
    const { next } = await nextJob(continueAfter({ hours: 1 }));
    await lastResort(next);
    expect(answers().at(-1)).toEqual(['PutJobSuccessResult', idOf(next)]);
  });

  it('puts off what the run before could not announce', async () => {
    const { first } = await nextJob(continueAfter({ hours: 1 }));
    await lastResort(first);
    expect(answers()).toEqual([
      ['PutJobSuccessResult', idOf(first)],
      ['PutJobSuccessResult', idOf(first)],
    ]);
  });

  it('answers failed when nobody has completed it in time', async () => {
    const { next } = await nextJob(defer({ within: { hours: 2 } }));
    runtime.time.advance(2 * 3_600_000);
    await lastResort(next);
    expect(runtime.service.answers.at(-1)?.input.failureDetails.message).toMatch(/gave none until/);
  });

  it('gives the decision that somebody completed it with', async () => {
    const { first, next } = await nextJob(defer({ within: { hours: 2 } }));
    const callback = { service: 'codepipeline', id: idOf(first), region: 'us-east-1' };
    await completeWith(runtime, services, callback, succeed({ summary: 'by hand' }));
    await lastResort(next);
    expect(runtime.service.answers.at(-1)).toMatchObject({
      input: { jobId: idOf(next), executionDetails: { summary: 'by hand' } },
    });
  });

  it.each([
    ['of a version to come', 'rb2:[]', /of version 2/],
    ['of somebody else', 'hello', /not Ringback's/],
  ])('answers failed where its token is %s', async (_whose, continuationToken, message) => {
    expect(await lastResort(pipelineJobEvent({ continuationToken }))).toEqual({ isDone: true });
    expect(runtime.service.answers[0]?.input.failureDetails).toMatchObject({
      type: 'JobFailed',
      message: expect.stringMatching(message),
    });
  });

  it('takes an empty token for none', async () => {
    expect(await lastResort(pipelineJobEvent({ continuationToken: '' }))).toEqual({ isDone: true });
    expect(runtime.service.answers[0]?.input.failureDetails.message).toMatch(/^Gate failed with Runtime.ExitError/);
  });

  it('answers failed for a run that is due, since the function failed on that itself', async () => {
    const { next } = await nextJob(continueAfter({ seconds: 0 }));
    await lastResort(next);
    expect(answers().at(-1)).toEqual(['PutJobFailureResult', idOf(next)]);
  });

  it('leaves the answer to the later run when that has begun', async () => {
    const { first, next } = await nextJob(continueAfter({ seconds: 0 }));
    const { id } = first['CodePipeline.job'];
    const lease = { owner: 'at work', requestId: 's', until: runtime.time.now() + 1_000 };
    const ticket = { region: 'us-east-1', data: { jobId: idOf(next) } };
    await runtime.ledger.take({ key: `codepipeline#${id}`, run: 2, ticket }, lease, 0);
    expect(await lastResort(first)).toEqual({ isDone: true });
    expect(answers()).toHaveLength(1);
    expect(await runtime.ledger.list(0)).toMatchObject([{ run: 2, state: { kind: 'running', owner: 'at work' } }]);
  });
});
