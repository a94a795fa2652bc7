import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobCallback, jobResultApi } from '../../../lib/codepipeline/result-api.ts';
import { failedDecision } from '../../../lib/core/decision.ts';
import { createLastResort } from '../../../lib/core/last-resort.ts';
import type { ResultApi } from '../../../lib/core/service.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

/** A service whose callbacks must be claimed, and which sends events that ask for no answer. */
const api: ResultApi = {
  ...jobResultApi,
  claimMark: ({ id }) => `claim of ${id}`,
  describeUnowed: (event) => ((event as { ping?: boolean }).ping ? 'a ping' : undefined),
};
const id = '00000000-0000-0000-0000-000000000001';
const callback = jobCallback(id, 'us-east-1');
const claim = { owner: 'o', requestId: 'request-1', run: 1, leaseMs: 10 };

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

async function lastResort(event: unknown): Promise<{ readonly kept: boolean; readonly answers: number }> {
  const { batchItemFailures } = await createLastResort([api], () => runtime)(
    { Records: [{ messageId: 'message-1', body: JSON.stringify(event) }] },
    lambdaContext(),
  );
  return { kept: batchItemFailures.length > 0, answers: runtime.service.answers.length };
}

describe('what nobody waits for', () => {
  it('is dropped with a line in the log', async () => {
    expect(await lastResort({ ping: true })).toEqual({ kept: false, answers: 0 });
    expect(runtime.lines.at(-1)).toContain('a ping');
  });

  it('is told from what cannot be read, which stays', async () => {
    expect(await lastResort({ pong: true })).toEqual({ kept: true, answers: 0 });
  });
});

describe('a callback that must be claimed before it is answered', () => {
  const event = pipelineJobEvent({ id });

  it('is dropped where the ledger knows nothing of it', async () => {
    expect(await lastResort(event)).toEqual({ kept: false, answers: 0 });
    expect(await runtime.ledger.read(callback, Infinity)).toBeUndefined();
  });

  it('is dropped where its entry was given back without a mark', async () => {
    await runtime.ledger.open(callback, claim, Infinity);
    await runtime.ledger.release(callback, claim, Infinity);
    expect(await lastResort(event)).toEqual({ kept: false, answers: 0 });
  });

  it('is answered where its entry was given back and bears the mark', async () => {
    await runtime.ledger.open(callback, claim, Infinity);
    await runtime.ledger.putState(`claim of ${id}`, 'claimed', Infinity);
    await runtime.ledger.release(callback, claim, Infinity);
    expect(await lastResort(event)).toEqual({ kept: false, answers: 1 });
  });

  it('is answered where its process died with the entry in hand, since it may have claimed', async () => {
    await runtime.ledger.open(callback, claim, Infinity);
    runtime.time.advance(20);
    expect(await lastResort(event)).toEqual({ kept: false, answers: 1 });
  });

  it('gets the decision that stands', async () => {
    await runtime.ledger.decide(callback, api.fit(failedDecision('no', 'failed')), Infinity);
    expect(await lastResort(event)).toEqual({ kept: false, answers: 1 });
  });
});
