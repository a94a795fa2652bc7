import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobCallback, jobResultApi } from '../../../lib/codepipeline/result-api.ts';
import { LAST_RESORT_MAX_RECEIVES } from '../../../lib/constants.ts';
import { type ClaimResult, writeClaimMark } from '../../../lib/core/claiming.ts';
import { failedDecision } from '../../../lib/core/decision.ts';
import { createLastResort } from '../../../lib/core/last-resort.ts';
import type { ResultApi } from '../../../lib/core/service.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

const id = '00000000-0000-0000-0000-000000000001';
const callback = jobCallback(id, 'us-east-1');
const claim = { owner: 'o', requestId: 'request-1', run: 1, leaseMs: 10 };

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

/** A service whose callbacks must be claimed, and which sends events that ask for no answer. */
function service(claimResult: ClaimResult, shared: boolean): ResultApi {
  return {
    ...jobResultApi,
    claiming: () => ({ shared, claim: async () => claimResult }),
    describeUnowed: (event) => ((event as { ping?: boolean }).ping ? 'a ping' : undefined),
  };
}

/** How the service answers a claim, whether others claim there, and how often the message was received. */
interface Situation {
  readonly claimResult?: ClaimResult;
  readonly shared?: boolean;
  readonly receives?: number;
}

async function lastResort(
  event: unknown,
  { claimResult = 'refused', shared = false, receives = 1 }: Situation = {},
): Promise<{ readonly kept: boolean; readonly answers: number }> {
  const attributes = { ApproximateReceiveCount: String(receives) };
  const { batchItemFailures } = await createLastResort([service(claimResult, shared)], () => runtime)(
    { Records: [{ messageId: 'message-1', body: JSON.stringify(event), attributes }] },
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
    await writeClaimMark(runtime.ledger, callback, 'claimed', Infinity);
    await runtime.ledger.release(callback, claim, Infinity);
    expect(await lastResort(event)).toEqual({ kept: false, answers: 1 });
  });

  it('gets the decision that stands', async () => {
    await runtime.ledger.decide(callback, service('refused', false).fit(failedDecision('no', 'failed')), Infinity);
    expect(await lastResort(event)).toEqual({ kept: false, answers: 1 });
  });
});

describe('a callback whose process died with the entry in hand, before or after its claim', () => {
  const event = pipelineJobEvent({ id });
  const last = LAST_RESORT_MAX_RECEIVES;
  beforeEach(async () => {
    await runtime.ledger.open(callback, claim, Infinity);
    runtime.time.advance(20);
  });

  it('is claimed and answered where it can be claimed', async () => {
    expect(await lastResort(event, { claimResult: 'claimed' })).toEqual({ kept: false, answers: 1 });
  });

  it('is dropped where nobody waits for it any more', async () => {
    expect(await lastResort(event, { claimResult: 'closed' })).toEqual({ kept: false, answers: 0 });
  });

  it.each<[string, Situation, { kept: boolean; answers: number }]>([
    ['comes again twice', { receives: 2 }, { kept: true, answers: 0 }],
    ['is answered then, when tries are left', { receives: 3 }, { kept: false, answers: 1 }],
    ['is answered at the last try, too', { receives: last }, { kept: false, answers: 1 }],
    [
      'is left to a person at the last try where others claim, too',
      { receives: last, shared: true },
      { kept: true, answers: 0 },
    ],
  ])('%s, where the claim is refused', async (_case, situation, expected) => {
    expect(await lastResort(event, situation)).toEqual(expected);
  });

  it('tells the person what to do', async () => {
    await lastResort(event, { receives: last, shared: true });
    expect(runtime.lines.join('\n')).toMatch(
      new RegExp(`whether codepipeline ${id} was claimed here.*ringback complete`),
    );
  });
});
