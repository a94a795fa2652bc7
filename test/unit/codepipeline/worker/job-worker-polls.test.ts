import { continueAfter, defer } from 'ringback/codepipeline';
import { actionStartedEvent, lambdaContext, polledJob, scheduledEvent, workerJobEvent } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { actionType, eachTestHasARuntime, id, operations, runtime, tokenDueIn, worker } from './worker-under-test.ts';

eachTestHasARuntime();

describe('a worker that is woken', () => {
  it('polls until nothing is left and hands each job to an invocation of its own', async () => {
    runtime.service.offered.push(polledJob(), polledJob());
    await worker()(actionStartedEvent(), lambdaContext());
    expect(operations()).toEqual(['PollForJobs', 'PollForJobs']);
    expect(runtime.service.calls[0]?.input).toEqual({
      actionTypeId: { ...actionType, owner: 'Custom', version: '1' },
      maxBatchSize: 10,
    });
    expect(runtime.service.invocations).toHaveLength(2);
  });

  it('acknowledges nothing itself, so that whatever happens to it a job is offered again', async () => {
    runtime.service.offered.push(polledJob());
    await worker()(scheduledEvent(), lambdaContext());
    expect(operations()).not.toContain('AcknowledgeJob');
  });

  it('looks twice after an event, which may come before its job, and once after the clock', async () => {
    await worker()(actionStartedEvent(), lambdaContext());
    expect(operations()).toHaveLength(2);
    await worker()(scheduledEvent(), lambdaContext());
    expect(operations()).toHaveLength(3);
  });

  it('asks for one value of the queryable property', async () => {
    await worker(undefined, { queryParam: { Project: 'blue' } })(scheduledEvent(), lambdaContext());
    expect(runtime.service.calls[0]?.input.queryParam).toEqual({ Project: 'blue' });
  });

  it('hands over no more than its concurrency', async () => {
    runtime.service.offered.push(polledJob());
    await worker(undefined, { concurrency: 1 })(scheduledEvent(), lambdaContext());
    expect(runtime.service.calls.map(({ input }) => input.maxBatchSize)).toEqual([1]);
    expect(runtime.service.invocations).toMatchObject([{ 'ringback.job': { more: true } }]);
  });

  it.each([
    ['leaves a continuation alone that is due in an hour', 3_600_000, scheduledEvent, 0],
    ['leaves one that is due in 20 seconds', 20_000, scheduledEvent, 0],
    ['takes one that is due within the difference of two clocks', 4_000, actionStartedEvent, 1],
    ['takes one that is due', 0, actionStartedEvent, 1],
  ])('%s', async (_case, dueInMs, event, handedOver) => {
    runtime.service.offered.push(polledJob({ continuationToken: tokenDueIn(dueInMs) }));
    await worker()(event(), lambdaContext());
    expect(runtime.service.invocations).toHaveLength(handedOver);
  });

  it.each([
    ['looks at a deferral when the clock rings', defer({ within: { hours: 1 } }), scheduledEvent, 1],
    ['leaves a deferral alone when another job wakes it', defer({ within: { hours: 1 } }), actionStartedEvent, 0],
    ['takes a continuation whatever wakes it', continueAfter({ seconds: 1 }), actionStartedEvent, 1],
  ])('%s', async (_case, outcome, event, handedOver) => {
    await worker(() => outcome)(workerJobEvent({ id }), lambdaContext());
    const { continuationToken } = runtime.service.answers.at(-1)?.input ?? {};
    runtime.service.offered.push(polledJob({ continuationToken }));
    await worker()(event(), lambdaContext());
    expect(runtime.service.invocations).toHaveLength(handedOver);
  });

  it('fails visibly where it may not poll, and waits for the next minute where CodePipeline is down', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    await expect(worker()(scheduledEvent(), lambdaContext())).rejects.toThrow(/AccessDenied/);
    runtime.service.script(...Array.from({ length: 50 }, () => ({ errorCode: 'InternalFailure', status: 500 })));
    await expect(worker()(scheduledEvent(), lambdaContext({ timeoutMs: 10_000 }))).resolves.toBeUndefined();
  });
});
