import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLocalCloud, type LocalCloud } from 'ringback/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeWorkerAssembly } from './worker-assembly.ts';
import { spawnWorker, type WorkerChild } from './worker-child.ts';
import { environmentOf, startPipeline } from './worker-cloud.ts';

/** A hundred jobs show the races; `RINGBACK_RACE_JOBS=1000` plays the long one. */
const JOBS = Number(process.env.RINGBACK_RACE_JOBS ?? 100);
const PROCESSES = 5;
const CONCURRENCY = 4;
/** So many processes die, the next one whenever so many calls have reached the cloud. */
const KILLS = JOBS / 10;
const CALLS_FOR_A_KILL = 40;
const TIMEOUT_SECONDS = 20;
/** Later than every lease of a dead process, in milliseconds. */
const LATER_MS = 80 * 60_000;

let folder: string;
let cloud: LocalCloud;
let workers: WorkerChild[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringback-processes-'));
  // At its real rate: the processes have no other clock.
  cloud = await createLocalCloud();
  await cloud.deploy({ assembly: writeWorkerAssembly(folder, ['work']) });
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(args: readonly string[], laterMs?: number): WorkerChild {
  const env = { ...environmentOf(cloud), POWERTOOLS_LOG_LEVEL: 'ERROR', HOME: folder };
  return spawnWorker([...args, '--health', '0'], { env, ...(laterMs === undefined ? {} : { laterMs }) });
}

const startWorker = () =>
  start(['--concurrency', String(CONCURRENCY), '--timeout', String(TIMEOUT_SECONDS), '--grace', '5']);

/** Kills one process after the other, and starts another in its place. */
function killInTurn(): void {
  let calls = 0;
  let kills = 0;
  const stop = cloud.events.on('call', () => {
    if (++calls % CALLS_FOR_A_KILL !== 0) return;
    const turn = kills++ % PROCESSES;
    workers[turn]?.kill('SIGKILL');
    workers[turn] = startWorker();
    if (kills >= KILLS) stop();
  });
}

/** What became of each job, as CodePipeline saw it. */
function watch() {
  const claimed = new Set<string>();
  const answers = new Map<string, string[]>();
  const strangers: string[] = [];
  const { promise: allClaimed, resolve } = Promise.withResolvers<void>();
  cloud.events.on('delivery', ({ callbackId }) => {
    claimed.add(callbackId);
    if (claimed.size === JOBS) resolve();
  });
  cloud.events.on('answer', ({ callbackId, kind }) => {
    answers.set(callbackId, [...(answers.get(callbackId) ?? []), kind]);
  });
  cloud.events.on('call', ({ operation, input, error }) => {
    const { jobId = '' } = (input ?? {}) as { jobId?: string };
    if (operation.startsWith('PutJob') && !claimed.has(jobId)) strangers.push(`${jobId} ${error ?? 'taken'}`);
  });
  return { answers, strangers, allClaimed };
}

describe(`${PROCESSES} processes of ringback worker, ${KILLS} that are killed and replaced, and ${JOBS} jobs`, () => {
  it('answer each job once, together with the process that comes after them', { timeout: 400_000 }, async () => {
    const { answers, strangers, allClaimed } = watch();
    await startPipeline(cloud, 'work', JOBS);
    killInTurn();
    workers = Array.from({ length: PROCESSES }, startWorker);
    // What a process had polled for when it died is offered again after a minute.
    await allClaimed;

    for (const worker of workers) worker.kill('SIGTERM');
    // One that was started a moment ago may not have learnt to listen.
    const codes = await Promise.all(workers.map(({ exit }) => exit));
    expect(codes.filter((code) => code !== 0 && code !== null)).toEqual([]);
    expect(await start(['--once'], LATER_MS).exit).toBe(0);

    expect(answers.size).toBe(JOBS);
    expect([...answers.values()].filter((kinds) => kinds.length !== 1)).toEqual([]);
    expect(strangers).toEqual([]);
    expect([...answers.values()].filter(([kind]) => kind === 'failed').length).toBeLessThanOrEqual(KILLS * CONCURRENCY);
  });
});
