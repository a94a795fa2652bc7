import { succeed } from 'ringback/codepipeline';
import { polledJob } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { answerAbandonedJobs } from '../../../../lib/cli/worker/abandoned-jobs.ts';
import { runWorkerJob } from '../../../../lib/cli/worker/worker-job-run.ts';
import { type HandOver, handOverEvent } from '../../../../lib/codepipeline/worker/hand-over.ts';
import { jobWorkerWith } from '../../../../lib/codepipeline/worker/job-worker.ts';
import type { OnCrash } from '../../../../lib/constants.ts';
import { writeClaimMark } from '../../../../lib/core/claiming.ts';
import type { Decision } from '../../../../lib/core/decision.ts';
import { LedgerError } from '../../../../lib/core/errors.ts';
import { runtime, stop } from './worker-test.ts';

const TIMEOUT_MS = 900_000;
const job = polledJob();

/**
 * Leaves a job as a process does that has claimed it and is killed, or as a function does.
 *
 * @param decision - what it decided before
 */
async function claimAndDie(held: boolean, decision?: Decision): Promise<void> {
  const handler = worker();
  const event = handOverEvent({ job, offeredAt: runtime.time.now(), held });
  const callback = handler.resultApi.recognise(event, runtime.connection.region);
  if (callback === undefined) throw new Error('the job is not recognised');
  const claim = { owner: 'dead', requestId: 'its', run: 1, leaseMs: TIMEOUT_MS };
  await runtime.ledger.open(callback, claim, runtime.time.now() + 1_000);
  await writeClaimMark(runtime.ledger, callback, held ? 'held' : 'claimed', runtime.time.now() + 1_000);
  if (decision !== undefined) await runtime.ledger.decide(callback, decision, runtime.time.now() + 1_000);
}

const worker = (onCrash: OnCrash = 'fail') =>
  jobWorkerWith(
    () => runtime,
    () => succeed({ summary: 'run again' }),
    { actionType: { category: 'Test', provider: 'UnderTest' }, onCrash },
  );

function look(once: boolean, handler = worker()): Promise<readonly number[]> {
  const answered: number[] = [];
  const run = { handler, name: 'checks', timeoutMs: TIMEOUT_MS, signal: stop.signal };
  const options = {
    timeoutMs: TIMEOUT_MS,
    once,
    signal: stop.signal,
    runAgain: (job: HandOver) => runWorkerJob(() => job, run),
    onAnswered: (jobs: number) => answered.push(jobs),
  };
  return answerAbandonedJobs(handler, options).then(() => answered);
}

const answers = () => runtime.service.answers;

describe('a worker that is started right after its predecessor was killed', () => {
  it('answers its jobs, once, when their leases are over', async () => {
    await claimAndDie(true);
    expect(await look(false)).toEqual([1]);
    expect(answers()).toMatchObject([{ operation: 'PutJobFailureResult' }]);
  });

  it('runs them again where onCrash is retry, with the nonce that is used up', async () => {
    await claimAndDie(true);
    runtime.time.advance(24 * 3_600_000);
    Object.defineProperty(runtime.service, 'jobDetails', {
      get() {
        runtime.service.script({ errorCode: 'InvalidNonceException' });
        return job;
      },
    });
    expect(await look(true, worker('retry'))).toEqual([1]);
    expect(runtime.service.calls.map(({ operation }) => operation)).toEqual([
      'GetJobDetails',
      'AcknowledgeJob',
      'PutJobSuccessResult',
    ]);
    expect(answers()[0]?.input).toMatchObject({ jobId: job.id, executionDetails: { summary: 'run again' } });
    expect(await look(true, worker('retry'))).toEqual([]);
  });

  it('leaves them to CodePipeline where that does not know them any more', async () => {
    await claimAndDie(true);
    runtime.time.advance(24 * 3_600_000);
    runtime.service.script({ errorCode: 'JobNotFoundException' });
    expect(await look(true, worker('retry'))).toEqual([]);
    expect(answers()).toEqual([]);
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
