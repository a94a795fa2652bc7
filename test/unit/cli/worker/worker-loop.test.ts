import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { defer, RetryableError } from 'ringback';
import { lambdaContext, polledJob, workerJobEvent } from 'ringback/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsCallError } from '../../../../lib/aws/index.ts';
import { startWorkerLoop } from '../../../../lib/cli/worker/worker-loop.ts';
import type { HandOver } from '../../../../lib/codepipeline/polled/hand-over.ts';
import { type JobWorkerLogic, jobWorkerWith } from '../../../../lib/codepipeline/worker/job-worker.ts';
import { thirdPartyJobWorkerWith } from '../../../../lib/codepipeline/worker/third-party-job-worker.ts';
import type { WorkerHandler } from '../../../../lib/codepipeline/worker/worker-handler.ts';
import { startLedgerTable } from '../../../contract/ledger-table.ts';
import { eachTestHasARuntime, runtime, stop } from './worker-test.ts';

eachTestHasARuntime();

type Offer = { readonly offered: number; readonly jobs: HandOver[] };

type Poll = (room: number) => Offer | Promise<Offer>;
interface LoopOptions {
  readonly once?: boolean;
  readonly concurrency?: number;
  readonly timeoutMs?: number;
}

/** A worker of this process that asks `poll` for its jobs. */
function start(poll: Poll, options: LoopOptions & { readonly logic?: Logic } = {}) {
  const handler = jobWorkerWith(() => runtime, options.logic ?? (() => undefined), {
    actionType: { category: 'Test', provider: 'UnderTest' },
  });
  return startLoop(handler, poll, options);
}

function startLoop(handler: WorkerHandler, poll: Poll, options: LoopOptions) {
  const source = { ...handler.jobSource(), poll: async (room: number) => poll(room) };
  return startWorkerLoop({
    handler,
    source,
    name: 'worker',
    concurrency: options.concurrency ?? 1,
    timeoutMs: options.timeoutMs ?? 60_000,
    graceMs: 0,
    once: options.once ?? false,
    signal: stop.signal,
  });
}

type Logic = JobWorkerLogic<Readonly<Record<string, string>>, unknown>;

const nothing: Offer = { offered: 0, jobs: [] };
const offer = (id: string, nonce = '1'): Offer => ({
  offered: 1,
  jobs: [{ job: { ...polledJob({ id }), nonce }, offeredAt: runtime.time.now() }],
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

  it('hands a job back that it has acknowledged and that does not end in time', async () => {
    const offers = [offer('00000000-0000-0000-0000-000000000001')];
    const logic = () => {
      stop.abort();
      return new Promise<undefined>(() => undefined);
    };
    const loop = start(() => offers.shift() ?? nothing, { logic });
    await loop.ended;
    expect(runtime.service.answers.at(-1)).toMatchObject({
      operation: 'PutJobSuccessResult',
      input: { continuationToken: expect.stringMatching(/^rb1:/) },
    });
  });

  it('leaves a job that ends while it is handed back to the worker that takes it then', async () => {
    const table = await startLedgerTable();
    onTestFinished(() => table.close());
    const ledger = table.ledger('ledger', runtime.time);
    const [handedBack, decided] = [Promise.withResolvers<undefined>(), Promise.withResolvers<void>()];
    Object.assign(runtime, {
      ledger: {
        ...ledger,
        giveBack: async (...how: Parameters<typeof ledger.giveBack>) => {
          await ledger.giveBack(...how);
          handedBack.resolve(undefined);
          await decided.promise;
        },
        decide: (...how: Parameters<typeof ledger.decide>) => ledger.decide(...how).finally(decided.resolve),
      },
    });
    const offers = [offer('00000000-0000-0000-0000-000000000001')];
    const logic = () => {
      stop.abort();
      return handedBack.promise;
    };
    await start(() => offers.shift() ?? nothing, { logic }).ended;
    const [first, second] = ['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002'];
    const [{ continuationToken }] = runtime.service.answers.map(({ input }) => input);
    const other = jobWorkerWith(
      () => runtime,
      () => undefined,
      {
        actionType: { category: 'Test', provider: 'UnderTest' },
      },
    );
    await other(workerJobEvent({ id: second, nonce: '2', continuationToken }), lambdaContext());
    expect(runtime.service.calls.map(({ operation, input }) => [operation, input.jobId])).toEqual([
      ['AcknowledgeJob', first],
      ['PutJobSuccessResult', first],
      ['AcknowledgeJob', second],
      ['PutJobSuccessResult', second],
    ]);
  });

  it('takes a job once that one answer offers twice, and hands it back', async () => {
    const id = '00000000-0000-0000-0000-000000000001';
    const offers = [{ offered: 2, jobs: [...offer(id).jobs, ...offer(id, '2').jobs] }];
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const logic = async () => {
      for (let turns = 0; turns < 50; turns++) await turn();
      stop.abort();
      return new Promise<undefined>(() => undefined);
    };
    // The clock is a fake one, so that a worker with room polls without a pause.
    const poll = async () => {
      await turn();
      return offers.shift() ?? nothing;
    };
    const loop = start(poll, { logic, concurrency: 2 });
    await loop.ended;
    expect(loop.health()).toMatchObject({ left: 0, handedBack: 1 });
    expect(runtime.service.answers).toMatchObject([
      { operation: 'PutJobSuccessResult', input: { continuationToken: expect.stringMatching(/^rb1:/) } },
    ]);
  });

  it('reports nothing for a job whose acknowledgement has not come through when it stops', async () => {
    const offers = [offer('00000000-0000-0000-0000-000000000001')];
    const { take } = runtime.ledger;
    const taken = Promise.withResolvers<never>();
    Object.assign(runtime, {
      ledger: {
        ...runtime.ledger,
        take: async (...args: Parameters<typeof take>) => {
          await take(...args);
          stop.abort();
          return taken.promise;
        },
      },
    });
    const loop = start(() => offers.shift() ?? nothing);
    await loop.ended;
    expect(runtime.service.calls).toEqual([]);
  });

  it('waits longer and longer when there is nothing to do, 30 s at most, and is quick again after work', async () => {
    const polledAt: number[] = [];
    const loop = start(() => {
      polledAt.push(runtime.time.now());
      if (polledAt.length === 40) stop.abort();
      return polledAt.length === 20 ? offer('00000000-0000-0000-0000-000000000001') : nothing;
    });
    await loop.ended;
    const waits = polledAt.slice(1).map((at, index) => at - (polledAt[index] ?? 0));
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    expect(waits.slice(14, 18).every((wait) => wait > 15_000)).toBe(true);
    // The poll after the job, and the one after that.
    expect(waits.slice(19, 21).every((wait) => wait <= 1_000)).toBe(true);
  });

  it('leaves a job alone for a while that another worker has, however often it is offered', async () => {
    const id = '00000000-0000-0000-0000-000000000001';
    const startedAt = runtime.time.now();
    const asked = { key: `codepipeline#${id}`, ticket: { region: 'us-east-1', data: { jobId: id } }, run: 1 };
    const lease = { owner: 'another', requestId: 'its', until: startedAt + 3_600_000 };
    await runtime.ledger.take(asked, lease, startedAt + 1_000);
    let polls = 0;
    const loop = start(() => {
      polls++;
      if (runtime.time.now() - startedAt > 600_000) stop.abort();
      return offer(id);
    });
    await loop.ended;
    // Ten minutes at 30 s.
    expect(polls).toBeLessThan(100);
    expect(runtime.service.calls).toEqual([]);
    expect(runtime.lines.filter((line) => line.includes('"error"'))).toEqual([]);
  });

  it('acknowledges a job as it was offered last, when its first try did not get through', async () => {
    const id = '00000000-0000-0000-0000-000000000001';
    // For longer than a nonce is fresh; meanwhile the job is offered again, which makes the first nonce void.
    const fails = Array.from({ length: 20 }, () => ({ errorCode: 'InternalFailure', status: 500 }));
    runtime.service.script(...fails, { errorCode: 'InvalidNonceException' });
    let polls = 0;
    const poll = async () => {
      polls++;
      // The fake clock lets nothing else happen between two polls.
      await new Promise((resolve) => setImmediate(resolve));
      if (runtime.service.answers.length > 0) stop.abort();
      return offer(id, String(polls));
    };
    const loop = start(poll, { concurrency: 2 });
    await loop.ended;
    const nonces = runtime.service.calls.map(({ input }) => Number(input.nonce)).filter(Number.isFinite);
    expect(nonces.slice(0, 21)).toEqual(Array.from({ length: 21 }, () => 1));
    expect(nonces.at(-1)).toBeGreaterThan(1);
    expect(loop.health()).toMatchObject({ done: 1, unanswered: 0 });
  });

  describe.each([
    ['another worker has them', 'InvalidNonceException', 'left'],
    ['they are closed', 'JobNotFoundException', 'left'],
    ['it may not acknowledge them', 'AccessDeniedException', 'refused'],
  ] as const)('offered jobs of which it can acknowledge none, since %s', (_why, errorCode, count) => {
    it('has done none, answers none, and says what became of them', async () => {
      const offers = [offer('00000000-0000-0000-0000-000000000001'), offer('00000000-0000-0000-0000-000000000002')];
      runtime.service.script(...Array.from({ length: 6 }, () => ({ errorCode })));
      const loop = start(() => offers.shift() ?? nothing, { once: true });
      await loop.ended;
      expect(runtime.service.answers).toEqual([]);
      expect(loop.health()).toMatchObject({ running: 0, done: 0, unanswered: 0, left: 0, refused: 0, [count]: 2 });
    });
  });

  describe.each([
    ['is throttled', { errorCode: 'ThrottlingException' }],
    ['answers 500', { errorCode: 'InternalFailure', status: 500 }],
    ['does not take the credentials', { errorCode: 'ExpiredTokenException' }],
  ] as const)('while AcknowledgeJob %s', (_how, answer) => {
    const id = '00000000-0000-0000-0000-000000000001';
    const told = () => runtime.lines.map((line) => JSON.parse(line)).filter(({ id: of }) => of === id);

    it('leaves a job to CodePipeline and says why, when it is to do one round', async () => {
      const begins = runtime.time.now();
      const offers = [offer(id)];
      runtime.service.script(...Array.from({ length: 500 }, () => answer));
      const loop = start(() => offers.shift() ?? nothing, { once: true, timeoutMs: 20_000 });
      await loop.ended;
      expect(loop.health()).toMatchObject({ running: 0, done: 0, refused: 1, unanswered: 0 });
      expect(runtime.time.now() - begins).toBeLessThan(25_000);
      expect(told().map(({ message }) => message)).toEqual([
        'a job cannot be acknowledged or answered; trying again',
        'a job could not be acknowledged, so it is left to CodePipeline',
      ]);
      for (const { reason } of told()) expect(reason).toContain(answer.errorCode);
    });

    it('says why once, goes on, and does the job when that is over', async () => {
      const offers = [offer(id)];
      runtime.service.script(...Array.from({ length: 12 }, () => answer));
      const poll = () => {
        if (runtime.service.answers.length > 0) stop.abort();
        return offers.shift() ?? nothing;
      };
      const loop = start(poll, { timeoutMs: 900_000 });
      await loop.ended;
      expect(loop.health()).toMatchObject({ done: 1, refused: 0 });
      expect(told().filter(({ message }) => message.startsWith('a job cannot be acknowledged'))).toHaveLength(1);
    });
  });

  it('says nothing of an acknowledgement that a moment of throttling held up', async () => {
    const offers = [offer('00000000-0000-0000-0000-000000000001')];
    runtime.service.script({ errorCode: 'ThrottlingException' }, { errorCode: 'ThrottlingException' });
    const loop = start(() => offers.shift() ?? nothing, { once: true });
    await loop.ended;
    expect(loop.health()).toMatchObject({ done: 1 });
    expect(runtime.lines.filter((line) => line.includes('trying again'))).toEqual([]);
  });

  it('says why an answer does not get through, and gives it when it does', async () => {
    const offers = [offer('00000000-0000-0000-0000-000000000001')];
    const logic = () =>
      runtime.service.script(...Array.from({ length: 12 }, () => ({ errorCode: 'ThrottlingException' })));
    const loop = start(() => offers.shift() ?? nothing, { logic, once: true });
    await loop.ended;
    expect(loop.health()).toMatchObject({ done: 1 });
    expect(runtime.lines.filter((line) => line.includes('trying again'))).toHaveLength(1);
  });

  it('counts a job that it put off, and not one that only waits', async () => {
    const id = '00000000-0000-0000-0000-000000000001';
    const token = () => String(runtime.service.answers.at(-1)?.input.continuationToken);
    const offers = [
      () => offer(id),
      () => {
        const waiting = polledJob({ id: id.replace(/1$/, '2') });
        const job = { ...waiting, data: { ...waiting.data, continuationToken: token() } };
        return { offered: 1, jobs: [{ job, offeredAt: runtime.time.now() }] } satisfies Offer;
      },
    ];
    const loop = start(() => offers.shift()?.() ?? nothing, {
      logic: () => defer({ within: { hours: 1 } }),
      once: true,
    });
    await loop.ended;
    expect(runtime.service.calls.map(({ operation }) => operation)).toEqual(['AcknowledgeJob', 'PutJobSuccessResult']);
    expect(loop.health()).toMatchObject({ done: 1, left: 0, refused: 0, unanswered: 0 });
  });

  it('gives up after five polls that failed, when it is to do one round', async () => {
    let polls = 0;
    const loop = start(
      () => {
        polls++;
        throw new Error('no such action type');
      },
      { once: true },
    );
    await loop.ended;
    expect(polls).toBe(5);
    expect(loop.health()).toMatchObject({ failedPolls: 5 });
  });

  it('stops at once while a poll is out, and does not begin what that brings', async () => {
    const polled = Promise.withResolvers<Offer>();
    const loop = start(() => polled.promise);
    stop.abort();
    await loop.ended;
    polled.resolve(offer('00000000-0000-0000-0000-000000000001'));
    await polled.promise;
    expect(loop.health()).toMatchObject({ running: 0, done: 0 });
    expect(runtime.service.calls).toEqual([]);
  });

  it('runs logic that asks for it three times, and answers failed then', async () => {
    const offers = [offer('00000000-0000-0000-0000-000000000001')];
    let runs = 0;
    const logic = () => {
      runs++;
      throw new RetryableError('not yet');
    };
    const loop = start(() => offers.shift() ?? nothing, { logic, once: true });
    await loop.ended;
    expect(runs).toBe(3);
    expect(runtime.service.answers).toMatchObject([{ operation: 'PutJobFailureResult' }]);
    expect(loop.health()).toMatchObject({ done: 1, unanswered: 0 });
  });

  it('answers a job whose newer client token could not be had at first, also where it does one round', async () => {
    const id = '00000000-0000-0000-0000-000000000001';
    const [clientToken, newer] = ['a-client-token-of-32-characters!', 'a-newer-client-token-of-32-chars'];
    const unavailable = new AwsCallError('down', { code: 'InternalFailure', fault: 'server', action: 'vault:Get' });
    const answers = [() => Promise.reject(unavailable), () => newer];
    const refusal = { errorCode: 'InvalidClientTokenException' };
    const handler = thirdPartyJobWorkerWith(
      () => runtime,
      () => void runtime.service.script(refusal, refusal),
      {
        actionType: { category: 'Test', provider: 'UnderTest' },
        clientTokens: () => answers.shift()?.(),
      },
    );
    const [{ job }] = offer(id).jobs as [HandOver];
    const offers = [{ offered: 1, jobs: [{ job, offeredAt: 0, clientToken, clientId: 'client' }] }];
    const loop = startLoop(handler, () => offers.shift() ?? nothing, { once: true });
    await loop.ended;
    expect(runtime.service.answers.map(({ input }) => input.clientToken)).toEqual([newer]);
    expect(loop.health()).toMatchObject({ done: 1, refused: 0 });
  });
});
