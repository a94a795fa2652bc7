import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLocalCloud, type LocalCloud } from '../../lib/local/index.ts';
import type { CloudEvents } from '../../lib/local/kernel/events.ts';
import { writeWorkerAssembly } from '../journeys/worker-assembly.ts';
import { environmentOf, startPipeline } from '../journeys/worker-cloud.ts';
import { cpuMsOf, memoryMbOf } from './process-usage.ts';

/** How the worker process of a bench is started. */
export interface WorkerProcess {
  /** For Node. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const MAIN = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));
const WORKER = fileURLToPath(new URL('../journeys/fixtures/process-worker.ts', import.meta.url));
/** How often the worker's memory is looked at. */
const SAMPLES = 10;
/** A queue that nothing leaves for so long is stuck, in milliseconds. */
const PATIENCE_MS = 60_000;

/** How a queue was drained by one worker process. */
export interface Drain {
  readonly jobs: number;
  readonly perSecond: number;
  /** Of the worker alone, its start included, in milliseconds; undefined where the system does not tell. */
  readonly cpuMsPerJob: number | undefined;
  /** Of the worker, after each tenth of the queue, in MiB. */
  readonly memoryMb: readonly (number | undefined)[];
}

/** `ringback worker`, from source. */
export function ringbackWorker(concurrency: number): WorkerProcess {
  const options = ['--concurrency', String(concurrency), '--health', '0'];
  return { args: ['--conditions=ringback-source', MAIN, 'worker', WORKER, ...options] };
}

/** The hand-written worker. */
export function handWrittenWorker(file: string, concurrency: number): WorkerProcess {
  return { args: [file], env: { CONCURRENCY: String(concurrency) } };
}

/** Fills a queue with jobs, then lets one worker process drain it, with its table on loopback. */
export async function measureDrain(jobs: number, { args, env }: WorkerProcess): Promise<Drain> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-drain-'));
  const cloud = await createLocalCloud();
  let worker: ChildProcess | undefined;
  try {
    await cloud.deploy({ assembly: writeWorkerAssembly(folder, ['work']) });
    const queued = count(cloud, 'state', ({ resource, state }) => resource === 'work/Work/Job' && state === 'STARTED');
    await Promise.all([startPipeline(cloud, 'work', jobs), queued.reached(jobs)]);

    const answered = count(cloud, 'answer', () => true);
    worker = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, POWERTOOLS_LOG_LEVEL: 'ERROR', ...environmentOf(cloud), ...env },
      stdio: 'ignore',
    });
    await answered.reached(1);
    const started = performance.now();
    const memoryMb: (number | undefined)[] = [];
    for (let sample = 1; sample <= SAMPLES; sample++) {
      await answered.reached(Math.ceil((sample * jobs) / SAMPLES));
      memoryMb.push(memoryMbOf(worker.pid));
    }
    const took = performance.now() - started;
    const cpu = cpuMsOf(worker.pid);
    return {
      jobs,
      perSecond: (1000 * (jobs - 1)) / took,
      cpuMsPerJob: cpu === undefined ? undefined : cpu / jobs,
      memoryMb,
    };
  } finally {
    await end(worker);
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts events, and tells when a number is reached. */
function count<Name extends 'state' | 'answer'>(
  { events }: LocalCloud,
  name: Name,
  counts: (event: CloudEvents[Name]) => boolean,
) {
  let number = 0;
  let tell = () => {};
  events.on(name, (event) => {
    if (!counts(event)) return;
    number++;
    tell();
  });
  return {
    /** @throws Error when nothing happens for {@link PATIENCE_MS} */
    reached: (goal: number) =>
      new Promise<void>((resolve, reject) => {
        let timer: NodeJS.Timeout | undefined;
        tell = () => {
          clearTimeout(timer);
          if (number >= goal) return resolve();
          timer = setTimeout(() => reject(new Error(`stuck at ${number} of ${goal} (${name})`)), PATIENCE_MS);
        };
        tell();
      }),
  };
}

async function end(worker: ChildProcess | undefined): Promise<void> {
  if (worker === undefined || worker.exitCode !== null) return;
  const gone = new Promise((resolve) => worker.on('exit', resolve));
  worker.kill('SIGTERM');
  await gone;
}
