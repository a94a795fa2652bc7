import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { polledJob } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorkerLoop } from '../../../../lib/cli/worker/worker-loop.ts';
import type { HandOver } from '../../../../lib/codepipeline/worker/hand-over.ts';
import { type JobWorkerLogic, jobWorkerWith } from '../../../../lib/codepipeline/worker/job-worker.ts';
import { createTestRuntime, type TestRuntime } from '../../test-runtime.ts';

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

type Offer = { readonly offered: number; readonly jobs: HandOver[] };

/** A worker of this process that asks `poll` for its jobs. */
function start(poll: (room: number) => Offer | Promise<Offer>, options: { logic?: Logic; once?: boolean } = {}) {
  const handler = jobWorkerWith(() => runtime, options.logic ?? (() => undefined), {
    actionType: { category: 'Test', provider: 'UnderTest' },
  });
  const source = { actionType: handler.jobSource().actionType, poll: async (room: number) => poll(room) };
  return startWorkerLoop({
    handler,
    source,
    name: 'worker',
    concurrency: 1,
    timeoutMs: 60_000,
    graceMs: 0,
    once: options.once ?? false,
    signal: stop.signal,
  });
}

type Logic = JobWorkerLogic<Readonly<Record<string, string>>, unknown>;

const nothing: Offer = { offered: 0, jobs: [] };
const offer = (id: string): Offer => ({
  offered: 1,
  jobs: [{ job: polledJob({ id }), offeredAt: runtime.time.now() }],
});

describe('a worker as a process', () => {
  it('keeps nothing of the waits that are over', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const heapAt = new Map<number, number>();
    let polls = 0;
    const loop = start(() => {
      polls++;
      if (polls === 2_000 || polls === 22_000) {
        collectGarbage();
        heapAt.set(polls, process.memoryUsage().heapUsed);
      }
      if (polls === 22_000) stop.abort();
      return nothing;
    });
    await loop.ended;
    const grownBytes = (heapAt.get(22_000) ?? Number.NaN) - (heapAt.get(2_000) ?? Number.NaN);
    // A promise that is kept costs more than 100 bytes.
    expect(grownBytes / 20_000).toBeLessThan(40);
  });

  it('does one job after the other where it may do one at a time', async () => {
    const offers = [offer('00000000-0000-0000-0000-000000000001'), offer('00000000-0000-0000-0000-000000000002')];
    const loop = start(() => offers.shift() ?? nothing, { once: true });
    await loop.ended;
    expect(runtime.service.calls.map(({ operation, input }) => `${operation} ${input.jobId.at(-1)}`)).toEqual([
      'AcknowledgeJob 1',
      'PutJobSuccessResult 1',
      'AcknowledgeJob 2',
      'PutJobSuccessResult 2',
    ]);
    expect(loop.health()).toMatchObject({ running: 0, done: 2, handedBack: 0 });
  });

  it('hands a job back that it has claimed and that does not end in time', async () => {
    const offers = [offer('00000000-0000-0000-0000-000000000001')];
    const logic = () => {
      stop.abort();
      return new Promise<undefined>(() => undefined);
    };
    const loop = start(() => offers.shift() ?? nothing, { logic });
    await loop.ended;
    expect(runtime.service.answers.at(-1)).toMatchObject({
      operation: 'PutJobSuccessResult',
      input: { continuationToken: 'handed back' },
    });
  });

  it('reports nothing for a job whose claim has not come through when it stops', async () => {
    const offers = [offer('00000000-0000-0000-0000-000000000001')];
    const { open } = runtime.ledger;
    const opened = Promise.withResolvers<never>();
    Object.assign(runtime, {
      ledger: {
        ...runtime.ledger,
        open: async (...args: Parameters<typeof open>) => {
          await open(...args);
          stop.abort();
          return opened.promise;
        },
      },
    });
    const loop = start(() => offers.shift() ?? nothing);
    await loop.ended;
    expect(runtime.service.calls).toEqual([]);
  });
});
