import { polledJob } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerAbandonedJobs } from '../../../../lib/cli/worker/abandoned-jobs.ts';
import { handOverEvent } from '../../../../lib/codepipeline/worker/hand-over.ts';
import { jobWorkerWith } from '../../../../lib/codepipeline/worker/job-worker.ts';
import { writeClaimMark } from '../../../../lib/core/claiming.ts';
import type { Decision } from '../../../../lib/core/decision.ts';
import { LedgerError } from '../../../../lib/core/errors.ts';
import { createTestRuntime, type TestRuntime } from '../../test-runtime.ts';

const TIMEOUT_MS = 900_000;

let runtime: TestRuntime;
let stop: AbortController;
beforeEach(async () => {
  runtime = await createTestRuntime();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await runtime.close();
});

/**
 * Leaves a job as a process does that has claimed it and is killed, or as a function does.
 *
 * @param decision - what it decided before
 */
async function claimAndDie(held: boolean, decision?: Decision): Promise<void> {
  const handler = worker();
  const event = handOverEvent({ job: polledJob(), offeredAt: runtime.time.now(), held });
  const callback = handler.resultApi.recognise(event, runtime.connection.region);
  if (callback === undefined) throw new Error('the job is not recognised');
  const claim = { owner: 'dead', requestId: 'its', run: 1, leaseMs: TIMEOUT_MS };
  await runtime.ledger.open(callback, claim, runtime.time.now() + 1_000);
  await writeClaimMark(runtime.ledger, callback, held ? 'held' : 'claimed', runtime.time.now() + 1_000);
  if (decision !== undefined) await runtime.ledger.decide(callback, decision, runtime.time.now() + 1_000);
}

const worker = () =>
  jobWorkerWith(
    () => runtime,
    () => undefined,
    { actionType: { category: 'Test', provider: 'UnderTest' } },
  );

function look(once: boolean): Promise<readonly number[]> {
  const answered: number[] = [];
  const options = {
    timeoutMs: TIMEOUT_MS,
    once,
    signal: stop.signal,
    onAnswered: (jobs: number) => answered.push(jobs),
  };
  return answerAbandonedJobs(worker(), options).then(() => answered);
}

const answers = () => runtime.service.answers;

describe('a worker that is started right after its predecessor was killed', () => {
  it('answers its jobs, once, when their leases are over', async () => {
    await claimAndDie(true);
    expect(await look(false)).toEqual([1]);
    expect(answers()).toMatchObject([{ operation: 'PutJobFailureResult' }]);
  });

  it('leaves them alone as long as those stand', async () => {
    await claimAndDie(true);
    expect(await look(true)).toEqual([]);
    expect(answers()).toEqual([]);
  });

  it('gives the answer that was decided a minute ago and did not arrive, and once', async () => {
    await claimAndDie(true, { kind: 'succeeded', details: { summary: 'done' } });
    expect(await look(true)).toEqual([]);
    runtime.time.advance(60_000);
    expect(await look(true)).toEqual([1]);
    expect(await look(true)).toEqual([]);
    expect(answers()).toMatchObject([
      { operation: 'PutJobSuccessResult', input: { executionDetails: { summary: 'done' } } },
    ]);
  });

  it.each([
    ['claimed', undefined],
    ['decided', { kind: 'succeeded', details: {} } as const],
  ])('does not touch what a function has %s: Lambda and the last resort see to that', async (_what, decision) => {
    await claimAndDie(false, decision);
    runtime.time.advance(24 * 3_600_000);
    expect(await look(true)).toEqual([]);
    expect(answers()).toEqual([]);
  });

  it('looks again when the ledger was out of reach', async () => {
    await claimAndDie(true);
    runtime.time.advance(3_600_000);
    const { listOpen } = runtime.ledger;
    let looks = 0;
    Object.assign(runtime.ledger, {
      listOpen: (until: number) => {
        looks++;
        return looks < 4 ? Promise.reject(new LedgerError('no network')) : listOpen(until);
      },
    });
    expect(await look(false)).toEqual([1]);
    expect(answers()).toHaveLength(1);
  });
});
