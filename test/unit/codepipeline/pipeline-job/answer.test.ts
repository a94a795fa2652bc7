import { fail, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../../../lib/codepipeline/pipeline-job.ts';
import { RetryableError } from '../../../../lib/core/errors.ts';
import { answerOf, eachTestHasARuntime, runtime } from './run-job.ts';

eachTestHasARuntime();

describe('the answer', () => {
  it('is given once for a delivery that comes twice, and the logic runs once', async () => {
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => void runs++,
    );
    const event = pipelineJobEvent();
    await handler(event, lambdaContext());
    await handler(event, lambdaContext());
    expect(runs).toBe(1);
    expect(new Set(runtime.service.answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('is repeated while CodePipeline throttles, breaks or loses it', async () => {
    runtime.service.script(
      { errorCode: 'ThrottlingException' },
      { errorCode: 'InternalFailure', status: 500 },
      'lost-response',
      { errorCode: 'InvalidJobStateException' },
    );
    await answerOf(() => undefined);
    expect(runtime.service.calls).toHaveLength(4);
    expect(runtime.service.answers).toHaveLength(1);
  });

  it('becomes a failure where CodePipeline calls the success invalid', async () => {
    runtime.service.script({ errorCode: 'ValidationException', message: 'no such thing' });
    const answer = await answerOf(() => succeed({ summary: 'fine' }));
    expect(answer?.input.failureDetails.message).toMatch(/refused as invalid.*no such thing/);
  });

  it('throws, naming the statement to add, when the role may not give it', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException', message: 'User is not authorized' });
    await expect(answerOf(() => undefined)).rejects.toThrow(
      /"Action":"codepipeline:PutJobSuccessResult","Resource":"\*"/,
    );
  });

  it('reports the stored decision at the redelivery when it could not be given', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => {
        runs++;
        return fail('the first decision');
      },
    );
    const event = pipelineJobEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow(/lacks a permission/);
    await handler(event, lambdaContext());
    expect(runs).toBe(1);
    expect(runtime.service.answers.at(-1)?.input.failureDetails.message).toBe('the first decision');
  });

  it('comes before the timeout when the logic does not end, and late work changes nothing', async () => {
    const late = Promise.withResolvers<void>();
    let aborted: unknown;
    const answer = await answerOf(
      async (job) => {
        job.signal.addEventListener('abort', () => {
          aborted = job.signal.reason;
        });
        await late.promise;
        return succeed();
      },
      {},
      {},
      400,
    );
    late.resolve();
    expect(answer?.input.failureDetails.message).toMatch(/did not end within 0\.3 s/);
    expect(aborted).toMatchObject({ code: 'DEADLINE' });
    expect(runtime.service.answers).toHaveLength(1);
  });

  it('survives a promise that nobody waits for', async () => {
    const answer = await answerOf(async () => {
      void Promise.reject(new Error('forgotten'));
      await new Promise((resolve) => setImmediate(resolve));
      return succeed({ summary: 'fine' });
    });
    expect(answer?.input.executionDetails.summary).toBe('fine');
    expect(runtime.lines.join('\n')).toContain('forgotten');
  });

  it('waits for a retry where the logic asks for one and a last resort stands by', async () => {
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => {
        if (++runs === 1) throw new RetryableError('not yet');
      },
    );
    const event = pipelineJobEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow('not yet');
    expect(runtime.service.answers).toHaveLength(0);
    await handler(event, lambdaContext());
    expect(runtime.service.answers.map((answer) => answer.operation)).toEqual(['PutJobSuccessResult']);
  });
});
