import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fitted } from '../../../lib/core/decision.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import { LAST_RESORT_MAX_RECEIVES } from '../../../lib/lifetimes.ts';
import { services } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';
import { askedJob } from './asked-job.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

const LEASE_MS = 900_000;
const REQUEST_ID = 'the-id-that-duplicates-share';

/** A delivery that one invocation works on, while its duplicate was turned away again and again. */
async function turnedAway(leaseMs: number = LEASE_MS) {
  const event = pipelineJobEvent();
  const asked = askedJob(event['CodePipeline.job'].id);
  const lease = { owner: 'at work', requestId: REQUEST_ID, until: runtime.time.now() + leaseMs };
  await runtime.ledger.take(asked, lease, 0);
  const record = {
    requestContext: { requestId: REQUEST_ID, functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Gate' },
    requestPayload: event,
    responsePayload: { errorType: 'InProgressError', errorMessage: 'another invocation works on it' },
  };
  const lastResort = async (receiveCount: number) => {
    const attributes = { ApproximateReceiveCount: String(receiveCount) };
    const { batchItemFailures } = await createLastResort(services, () => runtime)(
      { Records: [{ messageId: 'm', body: JSON.stringify(record), attributes }] },
      lambdaContext({ now: () => runtime.time.now() }),
    );
    return { answered: batchItemFailures.length === 0 };
  };
  return { asked, lastResort };
}

describe('the last resort, with a duplicate that was turned away', () => {
  it('does not answer while the other invocation may be alive, although both have one request id', async () => {
    const { asked, lastResort } = await turnedAway();
    expect(await lastResort(1)).toEqual({ answered: false });
    await runtime.ledger.decide(asked.key, fitted({ kind: 'succeeded', details: {} }), { owner: 'at work' }, 0);
    expect(await lastResort(2)).toEqual({ answered: true });
    expect(runtime.service.answers.map(({ operation }) => operation)).toEqual(['PutJobSuccessResult']);
  });

  it('answers when the lease is over', async () => {
    const { lastResort } = await turnedAway();
    runtime.time.advance(LEASE_MS + 1);
    expect(await lastResort(1)).toEqual({ answered: true });
    expect(runtime.service.answers.map(({ operation }) => operation)).toEqual(['PutJobFailureResult']);
  });

  it('waits on its last try for a lease that is about to end, and for no other', async () => {
    const soon = await turnedAway(3_000);
    const over = runtime.time.now() + 3_000;
    expect(await soon.lastResort(LAST_RESORT_MAX_RECEIVES - 1)).toEqual({ answered: false });
    expect(await soon.lastResort(LAST_RESORT_MAX_RECEIVES)).toEqual({ answered: true });
    expect(runtime.time.now()).toBeGreaterThanOrEqual(over);
    for (const leaseMs of [LEASE_MS, 10_000]) {
      const late = await turnedAway(leaseMs);
      expect(await late.lastResort(LAST_RESORT_MAX_RECEIVES)).toEqual({ answered: false });
    }
  });
});
