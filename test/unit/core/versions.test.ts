import { continueAfter } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { decodeContinuation, encodeContinuation } from '../../../lib/core/continuation-token.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

/** Gives a handler a job that brings a token along; tells how often its logic ran, and what it was answered. */
async function deliver(continuationToken: string) {
  let runs = 0;
  const handler = pipelineJobWith(
    () => runtime,
    () => {
      runs++;
    },
  );
  await handler(pipelineJobEvent({ continuationToken }), lambdaContext());
  const { operation, input } = runtime.service.answers.at(-1) ?? {};
  return { runs, operation, message: input?.failureDetails?.message };
}

describe('a token that cannot be understood', () => {
  it.each([
    ['of a version to come', 'rb2:["codepipeline#1",2,0,0]', /of version 2, and this function knows 1/],
    ['cut short', 'rb1:["codepipeline#1",2', /damaged/],
    ['with a run that is none', 'rb1:["codepipeline#1",0,0,0]', /damaged/],
    ['with a key that no table can hold', `rb1:["codepipeline#${'あ'.repeat(680)}",2,0,0]`, /damaged/],
    ['with nothing in it', 'rb1:', /damaged/],
    ['of null', 'rb1:null', /damaged/],
    ['of another service', 'rb1:["transfer#1",2,0,0]', /of another service/],
    ['of somebody else', '{"stack":"shop"}', /not Ringback's/],
    [
      'of a work that is gone',
      encodeContinuation({ key: 'codepipeline#gone', run: 2, dueAt: 0, awaits: false }),
      /no longer in the ledger/,
    ],
  ])('is answered failed, and never taken for a success or a first run: one %s', async (_what, token, message) => {
    expect(await deliver(token)).toMatchObject({
      runs: 0,
      operation: 'PutJobFailureResult',
      message: expect.stringMatching(message),
    });
    expect(await deliver(token)).toMatchObject({ runs: 0, operation: 'PutJobFailureResult' });
  });

  it('is one that was changed in any single place', async () => {
    await pipelineJobWith(
      () => runtime,
      () => continueAfter({ seconds: 0 }, { n: 1 }),
    )(pipelineJobEvent(), lambdaContext());
    const whole = runtime.service.answers[0]?.input.continuationToken as string;
    const { key } = decodeContinuation(whole) as Extract<ReturnType<typeof decodeContinuation>, { kind: 'ours' }>;
    for (let index = 0; index < whole.length; index++) {
      const changed = `${whole.slice(0, index)}\u00ff${whole.slice(index + 1)}`;
      const read = decodeContinuation(changed);
      // What still reads as ours names another work, which is not there.
      if (read.kind === 'ours') expect(read.key).not.toBe(key);
      expect((await deliver(changed)).runs).toBe(0);
    }
    expect((await deliver(whole)).runs).toBe(1);
  });
});

describe('an entry that cannot be understood', () => {
  it('is answered failed where it is none at all, and none can be made in its place', async () => {
    await runtime.close();
    // What the table says of a row of somebody else's under the key of the entry.
    const ledger = {
      ...runtime.ledger,
      take: async () => ({ kind: 'lost' }) as const,
      decide: async () => undefined,
    };
    runtime = await createTestRuntime({ ledger });
    expect(await deliver('')).toMatchObject({
      runs: 0,
      operation: 'PutJobFailureResult',
      message: expect.stringMatching(/no longer in the ledger/),
    });
  });

  it('is answered failed, the same by everybody, and the logic does not run', async () => {
    const why = 'its entry in the ledger is of version 7, and this function knows 1';
    await runtime.close();
    const ledger = { ...runtime.ledger, take: async () => ({ kind: 'unreadable', why }) as const };
    runtime = await createTestRuntime({ ledger });
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => {
        runs++;
      },
    );
    const event = pipelineJobEvent();
    await handler(event, lambdaContext());
    await handler(event, lambdaContext());
    const [first, second] = runtime.service.answers;
    expect(first?.input.failureDetails.message).toBe(why);
    expect(second).toEqual(first);
    expect(runs).toBe(0);
  });
});
