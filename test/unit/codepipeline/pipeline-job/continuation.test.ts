import { continueAfter, fail } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pipelineJobWith } from '../../../../lib/codepipeline/pipeline-job.ts';
import { answerOf, eachTestHasARuntime, runtime } from './run-job.ts';

eachTestHasARuntime();

describe('continuation', () => {
  it('hands the state of one run to the next', async () => {
    const token = (await answerOf(() => continueAfter({ seconds: 30 }, { attempt: 1 }, { percentComplete: 5 })))?.input;
    expect(token).toMatchObject({ continuationToken: expect.any(String), executionDetails: { percentComplete: 5 } });
    runtime.time.advance(30_000);
    let seen: unknown;
    await answerOf(
      (job) => {
        seen = [job.run, job.state];
      },
      { continuationToken: token.continuationToken },
    );
    expect(seen).toEqual([2, { attempt: 1 }]);
  });

  it('tells nothing but its token where there is nothing to tell', async () => {
    const answer = await answerOf(() => continueAfter({ seconds: 30 }));
    expect(Object.keys(answer?.input)).toEqual(['jobId', 'continuationToken']);
  });

  it('has the time of a new job in each run, however long the work goes on', async () => {
    const { continuationToken } = (await answerOf(() => continueAfter({ minutes: 30 })))?.input ?? {};
    runtime.time.advance(30 * 60_000);
    const answer = await answerOf((job) => fail(`run ${job.run}`), { continuationToken });
    expect(answer?.input.failureDetails.message).toBe('run 2');
  });

  it('begins anew where the token is empty', async () => {
    const answer = await answerOf((job) => fail(`run ${job.run}`), { continuationToken: '' });
    expect(answer?.input.failureDetails.message).toBe('run 1');
  });

  it('says that the token is damaged, where its run is one that the work has not come to', async () => {
    const { continuationToken } = (await answerOf(() => continueAfter({ seconds: 30 })))?.input ?? {};
    const damaged = continuationToken.replace(',2,', ',99,');
    const answer = await answerOf(() => undefined, { continuationToken: damaged });
    expect(answer?.input.failureDetails.message).toMatch(
      /^it asks for run 99 of its work, and the entry in the ledger has come to run 2 only: its continuation token is damaged/,
    );
  });

  it('keeps a state that is too large for the token in the ledger', async () => {
    const state = { text: 'ä'.repeat(50_000) };
    const token = (await answerOf(() => continueAfter({ seconds: 1 }, state)))?.input.continuationToken;
    expect(token.length).toBeLessThanOrEqual(2_048);
    runtime.time.advance(30_000);
    let seen: unknown;
    await answerOf(
      (job) => {
        seen = job.state;
      },
      { continuationToken: token },
    );
    expect(seen).toEqual(state);
  });

  it('does not run the logic before its delay has passed', async () => {
    const token = (await answerOf(() => continueAfter({ minutes: 5 }, 'kept')))?.input.continuationToken;
    runtime.time.advance(60_000);
    const early = await answerOf(() => fail('ran too early'), { continuationToken: token });
    expect(early).toMatchObject({ operation: 'PutJobSuccessResult', input: { continuationToken: token } });
    runtime.time.advance(240_000);
    expect(
      (await answerOf((job) => fail(String(job.state)), { continuationToken: token }))?.input.failureDetails.message,
    ).toBe('kept');
  });

  it('is nothing that a late duplicate of an earlier job answers', async () => {
    const first = pipelineJobEvent();
    const handler = pipelineJobWith(
      () => runtime,
      () => continueAfter({ seconds: 1 }),
    );
    await handler(first, lambdaContext());
    runtime.time.advance(30_000);
    const { continuationToken } = runtime.service.answers[0]?.input ?? {};
    await handler(pipelineJobEvent({ continuationToken }), lambdaContext());
    await handler(first, lambdaContext());
    expect(runtime.service.calls).toHaveLength(2);
  });

  it('is a failure where CodePipeline calls it invalid, and is tried again where it could not be told', async () => {
    runtime.service.script({ errorCode: 'ValidationException', message: 'no such token' });
    const answer = await answerOf(() => continueAfter({ seconds: 1 }));
    expect(answer?.input.failureDetails.message).toMatch(/^the continuation was refused as invalid: .*no such token/);
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    await expect(answerOf(() => continueAfter({ seconds: 1 }))).rejects.toThrow(/lacks a permission/);
  });

  it('answers a state that does not fit its schema as a configuration failure', async () => {
    const token = (await answerOf(() => continueAfter({ seconds: 1 }, { attempt: 'one' })))?.input.continuationToken;
    runtime.time.advance(30_000);
    const answer = await answerOf(
      () => undefined,
      { continuationToken: token },
      { state: z.object({ attempt: z.number() }) },
    );
    expect(answer?.input.failureDetails).toMatchObject({
      type: 'ConfigurationError',
      message: expect.stringMatching(/attempt: /),
    });
  });
});
