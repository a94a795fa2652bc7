import { continueAfter, fail } from 'ringback/codepipeline';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
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
