import { succeed } from 'ringback/codepipeline';
import { polledJob } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { answerAbandonedJobs } from '../../../../lib/cli/worker/abandoned-jobs.ts';
import { runWorkerJob } from '../../../../lib/cli/worker/worker-job-run.ts';
import { type HandOver, handOverEvent } from '../../../../lib/codepipeline/polled/hand-over.ts';
import { jobWorkerWith } from '../../../../lib/codepipeline/worker/job-worker.ts';
import type { OnCrash } from '../../../../lib/constants.ts';
import { type End, fitted } from '../../../../lib/core/decision.ts';
import { deliveryOf } from '../../../../lib/core/delivery.ts';
import { LedgerError } from '../../../../lib/core/errors.ts';
import { eachTestHasARuntime, runtime, stop } from './worker-test.ts';

eachTestHasARuntime();

const TIMEOUT_MS = 900_000;
const job = polledJob();

/**
 * Leaves a job as a process does that has acknowledged it and is killed, or as a function does.
 *
 * @param decision - what it decided before
 */
async function acknowledgeAndDie(held: boolean, decision?: End): Promise<void> {
  const handler = worker();
  const event = handOverEvent({ job, offeredAt: runtime.time.now(), held });
  const recognised = handler.service.recognise(event, { region: 'us-east-1', functionName: undefined });
  if (recognised === undefined) throw new Error('the job is not recognised');
  const asked = deliveryOf(handler.service, recognised, undefined);
  const lease = { owner: 'dead', requestId: 'its', until: runtime.time.now() + TIMEOUT_MS };
  const until = runtime.time.now() + 1_000;
  await runtime.ledger.take(asked, lease, until);
  await runtime.ledger.noteAcknowledged(asked.key, until);
  if (decision !== undefined) await runtime.ledger.decide(asked.key, fitted(decision), { owner: 'dead' }, until);
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
    await acknowledgeAndDie(true);
    expect(await look(false)).toEqual([1]);
    expect(answers()).toMatchObject([{ operation: 'PutJobFailureResult' }]);
  });

  it('runs them again where onCrash is retry, without acknowledging what is acknowledged', async () => {
    await acknowledgeAndDie(true);
    runtime.time.advance(24 * 3_600_000);
    Object.assign(runtime.service, { jobDetails: job });
    expect(await look(true, worker('retry'))).toEqual([1]);
    expect(runtime.service.calls.map(({ operation }) => operation)).toEqual(['GetJobDetails', 'PutJobSuccessResult']);
    expect(answers()[0]?.input).toMatchObject({ jobId: job.id, executionDetails: { summary: 'run again' } });
    expect(await look(true, worker('retry'))).toEqual([]);
  });

  it('gives each answer its own time, however long the ledger took to be read', async () => {
    await acknowledgeAndDie(true);
    runtime.time.advance(24 * 3_600_000);
    const { ledger, time, service } = runtime;
    const list = ledger.list.bind(ledger);
    Object.assign(ledger, {
      async list(pageMs: number) {
        const entries = await list(pageMs);
        time.advance(60_000);
        return entries;
      },
    });
    service.script({ errorCode: 'ThrottlingException' });
    expect(await look(true)).toEqual([1]);
    expect(answers()).toMatchObject([{ operation: 'PutJobFailureResult' }]);
  });

  it('leaves them to CodePipeline where that does not know them any more', async () => {
    await acknowledgeAndDie(true);
    runtime.time.advance(24 * 3_600_000);
    runtime.service.script({ errorCode: 'JobNotFoundException' });
    expect(await look(true, worker('retry'))).toEqual([]);
    expect(answers()).toEqual([]);
  });

  it('leaves them alone as long as those stand', async () => {
    await acknowledgeAndDie(true);
    expect(await look(true)).toEqual([]);
    expect(answers()).toEqual([]);
  });

  it('gives the answer that was decided a minute ago and did not arrive, and once', async () => {
    await acknowledgeAndDie(true, { kind: 'succeeded', details: { summary: 'done' } });
    expect(await look(true)).toEqual([]);
    runtime.time.advance(60_000);
    expect(await look(true)).toEqual([1]);
    expect(await look(true)).toEqual([]);
    expect(answers()).toMatchObject([
      { operation: 'PutJobSuccessResult', input: { executionDetails: { summary: 'done' } } },
    ]);
  });

  it.each([
    ['acknowledged', undefined],
    ['decided', { kind: 'succeeded', details: {} } as const],
  ])('does not touch what a function has %s: Lambda and the last resort see to that', async (_what, decision) => {
    await acknowledgeAndDie(false, decision);
    runtime.time.advance(24 * 3_600_000);
    expect(await look(true)).toEqual([]);
    expect(answers()).toEqual([]);
  });

  it('looks again when the ledger was out of reach', async () => {
    await acknowledgeAndDie(true);
    runtime.time.advance(3_600_000);
    const { list } = runtime.ledger;
    let looks = 0;
    Object.assign(runtime.ledger, {
      list: (until: number) => {
        looks++;
        return looks < 4 ? Promise.reject(new LedgerError('no network')) : list(until);
      },
    });
    expect(await look(false)).toEqual([1]);
    expect(answers()).toHaveLength(1);
  });
});
