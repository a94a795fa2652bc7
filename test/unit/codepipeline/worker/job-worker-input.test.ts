import { lambdaContext, workerJobEvent } from 'ringback/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jobWorkerWith } from '../../../../lib/codepipeline/worker/job-worker.ts';
import { createTestRuntime } from '../../test-runtime.ts';

async function createWorker(options: object = {}) {
  const runtime = await createTestRuntime();
  onTestFinished(() => runtime.close());
  const actionType = { category: 'Test', provider: 'UnderTest' } as const;
  const worker = () =>
    jobWorkerWith(
      () => runtime,
      () => undefined,
      { actionType, ...options },
    );
  return { runtime, worker };
}

describe('an event', () => {
  const offer = workerJobEvent()['ringback.job'].job;
  it.each([
    ['another', { hello: 1 }, /wakes the job worker.*"hello"/],
    ['none', null, /got null/],
    ['one that names its source alone', { source: 'aws.events' }, /"source"/],
    ['one that names its type alone', { 'detail-type': 'Scheduled Event' }, /"detail-type"/],
    ['a job without an id', { 'ringback.job': { job: { ...offer, id: '' } } }, /"ringback.job"/],
    ['a job whose id is no text', { 'ringback.job': { job: { ...offer, id: 7 } } }, /"ringback.job"/],
    ['a job without a nonce', { 'ringback.job': { job: { ...offer, nonce: '' } } }, /"ringback.job"/],
    ['a job whose nonce is no text', { 'ringback.job': { job: { ...offer, nonce: 7 } } }, /"ringback.job"/],
  ])('that is none of its own is refused: %s', async (_case, event, message) => {
    const { runtime, worker } = await createWorker();
    await expect(worker()(event, lambdaContext())).rejects.toThrow(message);
    expect(runtime.service.calls).toEqual([]);
  });
});

describe('the options', () => {
  it.each([
    [{ actionType: { category: 'Bake', provider: 'X' } }, /category must be one of/],
    [{ actionType: { category: 'Test', provider: 'no spaces' } }, /provider must be 1 to 35/],
    [{ actionType: { category: 'Test', provider: 'X', version: 1 } }, /version must be a text/],
    [{ shared: 'yes' }, /shared must be true or false/],
    [{ concurrency: 0 }, /concurrency must be a whole number/],
    [{ queryParam: { A: '1', B: '2' } }, /takes one property/],
    [{ queryParam: { A: 'no spaces' } }, /letters, digits/],
    [{ retries: 3 }, /no option "retries"/],
  ])('%j are refused', async (options, message) => {
    const { worker } = await createWorker(options);
    expect(worker).toThrow(message);
  });
});
