import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobCallback } from '../../../lib/codepipeline/result-api.ts';
import { createLastResort } from '../../../lib/core/last-resort.ts';
import { resultApis } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

const HOUR_MS = 3_600_000;

/** A message that put its delivery off for an hour, and then failed as often as its queue hands it out. */
async function putOff() {
  const event = pipelineJobEvent();
  const callback = jobCallback(event['CodePipeline.job'].id, 'us-east-1');
  const claim = { owner: 'died', requestId: 'r', run: 1, leaseMs: 1_000 };
  const dueAt = runtime.time.now() + HOUR_MS;
  await runtime.ledger.open(callback, claim, 0);
  await runtime.ledger.postpone(callback, claim, { kind: 'postponed', run: 2, dueAt, token: '' }, 0);
  const lastResort = async () => {
    const { batchItemFailures } = await createLastResort(resultApis, () => runtime)(
      { Records: [{ messageId: 'm', body: JSON.stringify(event) }] },
      lambdaContext({ now: () => runtime.time.now() }),
    );
    return { done: batchItemFailures.length === 0 };
  };
  return { callback, lastResort };
}

const answers = () => runtime.service.answers.map(({ operation }) => operation);

describe('the last resort, with a message whose delivery was put off', () => {
  it('keeps it while the later run may yet begin', async () => {
    const { lastResort } = await putOff();
    expect(await lastResort()).toEqual({ done: false });
    expect(answers()).toEqual([]);
  });

  it('answers failed when the later run is overdue: nobody may have announced it', async () => {
    const { lastResort } = await putOff();
    runtime.time.advance(HOUR_MS + 60_000);
    expect(await lastResort()).toEqual({ done: true });
    expect(answers()).toEqual(['PutJobFailureResult']);
  });

  it('leaves the answer to the later run when that has begun', async () => {
    const { callback, lastResort } = await putOff();
    runtime.time.advance(HOUR_MS + 60_000);
    await runtime.ledger.open(callback, { owner: 'at work', requestId: 's', run: 2, leaseMs: 1_000 }, 0);
    expect(await lastResort()).toEqual({ done: true });
    expect(answers()).toEqual([]);
  });
});
