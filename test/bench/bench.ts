import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeBootstrap } from '../../lib/local/lambda/bootstrap-file.ts';
import { type ColdStart, measureColdStarts } from './cold-start.ts';
import { measureTlsColdStarts, type TlsColdStarts } from './cold-start-tls.ts';
import { compositionOf, type Share } from './composition.ts';
import { startLoopback } from './loopback.ts';
import { bundleGate, bundlePlainly, bundleWorker, type Subject } from './subjects.ts';
import { measureThroughput, type Throughput } from './throughput.ts';
import { measureWarm, type WarmCost } from './warm.ts';
import { type Drain, handWrittenWorker, measureDrain, ringbackWorker } from './worker-queue.ts';
import { measureWakeUp, type WakeUpTimes } from './worker-wake-up.ts';

/** How many jobs the worker process runs at the same time. */
export const WORKER_CONCURRENCY = 20;
/** Jobs for each way to wake a worker. */
const WAKE_UPS = 9;

/** How fast each worker process drains a full queue. */
export type WorkerDrains = Readonly<Record<'ringback' | 'hand-written', Drain>>;

/** Everything that the bench found; times in milliseconds. */
export interface BenchResult {
  readonly node: string;
  readonly rounds: number;
  readonly bytes: Readonly<Partial<Record<Subject['name'], number>>>;
  readonly coldStart: Readonly<Partial<Record<Subject['name'], ColdStart>>>;
  readonly coldStartTls: TlsColdStarts;
  readonly warm: Readonly<Partial<Record<Subject['name'], WarmCost>>>;
  readonly composition: readonly Share[];
  readonly localCloud: Throughput;
  /** A process of `ringback worker`, or one by hand, and a full queue. */
  readonly worker: WorkerDrains;
  /** A worker in Lambda and an empty queue. */
  readonly wakeUp: WakeUpTimes;
}

/** How much the bench does. */
export interface BenchOptions {
  /** Cold starts of each subject. */
  readonly rounds: number;
  /** Jobs of each warm function. */
  readonly jobs: number;
  /** Jobs in the queue of the worker process. */
  readonly queue: number;
  /** Hears what comes next. */
  readonly progress: (text: string) => void;
}

/** Runs the cold starts over TLS alone. */
export async function runTlsColdStarts({
  rounds,
  progress,
}: Pick<BenchOptions, 'rounds' | 'progress'>): Promise<TlsColdStarts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ringback-bench-'));
  try {
    progress('bundling');
    const bootstrap = writeBootstrap(path.join(folder, 'runtime'));
    const plain = await Promise.all(
      (['empty', 'calls', 'hand-written'] as const).map((name) => bundlePlainly(folder, name)),
    );
    progress(`${rounds} cold starts of each over TLS, and again under a CPU quota`);
    return await measureTlsColdStarts([...plain, await bundleGate(folder)], { rounds, bootstrap, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the worker processes alone. */
export async function runWorkers(options: Pick<BenchOptions, 'queue' | 'progress'>): Promise<WorkerDrains> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ringback-bench-'));
  try {
    return await drainByTurns(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each twice, and the faster of the two: what else the machine does makes it slower only. */
async function drainByTurns(
  folder: string,
  { queue, progress }: Pick<BenchOptions, 'queue' | 'progress'>,
): Promise<WorkerDrains> {
  progress(`a queue of ${queue} jobs for one worker process, on Ringback and by hand`);
  const ours = ringbackWorker(WORKER_CONCURRENCY);
  const byHand = handWrittenWorker(await bundleWorker(folder), WORKER_CONCURRENCY);
  const drains: { ringback?: Drain; 'hand-written'?: Drain } = {};
  for (const [name, worker] of [
    ['ringback', ours],
    ['hand-written', byHand],
    ['hand-written', byHand],
    ['ringback', ours],
  ] as const) {
    const drain = await measureDrain(queue, worker);
    if (drain.perSecond > (drains[name]?.perSecond ?? 0)) drains[name] = drain;
  }
  return drains as WorkerDrains;
}

/** Runs everything; three minutes at most on a small machine with the defaults of the command. */
export async function runBench({ rounds, jobs, queue, progress }: BenchOptions): Promise<BenchResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ringback-bench-'));
  const loopback = await startLoopback();
  try {
    progress('bundling');
    const bootstrap = writeBootstrap(path.join(folder, 'runtime'));
    const ringback = await bundleGate(folder);
    const handWritten = await bundlePlainly(folder, 'hand-written');
    const [empty, bare, calls] = [
      await bundlePlainly(folder, 'empty'),
      await bundlePlainly(folder, 'bare'),
      await bundlePlainly(folder, 'calls'),
    ];
    const subjects = [empty, bare, ringback, handWritten];

    progress(`${rounds} cold starts of each`);
    const starts = await measureColdStarts(subjects, { rounds, bootstrap, loopback });
    const tlsRounds = Math.ceil(rounds / 3);
    progress(`${tlsRounds} cold starts of each over TLS, and again under a CPU quota`);
    const tls = { rounds: tlsRounds, bootstrap, folder };
    const coldStartTls = await measureTlsColdStarts([empty, calls, ringback, handWritten], tls);
    progress(`${jobs} jobs for each warm function`);
    const warmUp = Math.ceil(jobs / 2);
    const warm = await measureWarm([calls, ringback, handWritten], { warmUp, jobs, bootstrap, loopback });
    progress(`${jobs} jobs through the local cloud`);
    const localCloud = await measureThroughput(ringback, {
      jobs,
      environments: 2,
      folder,
      logicUrl: loopback.logicUrl,
    });
    const worker = await drainByTurns(folder, { queue, progress });
    progress(`${WAKE_UPS} wake-ups of a worker by event, ${WAKE_UPS} by schedule`);
    const wakeUp = await measureWakeUp(WAKE_UPS);
    return {
      node: process.version,
      rounds,
      bytes: Object.fromEntries(subjects.map(({ name, bytes }) => [name, bytes])),
      coldStart: Object.fromEntries([...starts].map(([{ name }, start]) => [name, start])),
      coldStartTls,
      warm: Object.fromEntries([...warm].map(([{ name }, cost]) => [name, cost])),
      composition: compositionOf(ringback.bundle),
      localCloud,
      worker,
      wakeUp,
    };
  } finally {
    await loopback.close();
    await rm(folder, { recursive: true, force: true });
  }
}
