import { isDue } from '../../codepipeline/worker/due.ts';
import type { HandOver } from '../../codepipeline/worker/hand-over.ts';
import type { JobSource } from '../../codepipeline/worker/job-source.ts';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import { handBack } from './hand-back.ts';
import { idleWait } from './idle-wait.ts';
import { runWorkerJob } from './worker-job-run.ts';

/** How a worker runs as a process. Times are milliseconds. */
export interface WorkerLoopOptions {
  readonly handler: WorkerHandler;
  readonly source: JobSource;
  /** For logs. */
  readonly name: string;
  /** How many jobs run at the same time. */
  readonly concurrency: number;
  /** How long one job may take. */
  readonly timeoutMs: number;
  /** How long jobs that run may still take when the worker is told to stop. */
  readonly graceMs: number;
  /** Ends when nothing is left to do. */
  readonly once: boolean;
  /** Tells the worker to stop. */
  readonly signal: AbortSignal;
}

/** How a worker is doing. */
export interface WorkerHealth {
  readonly running: number;
  /** Jobs that are through, whoever answered them. */
  readonly done: number;
  readonly handedBack: number;
  /** Polls in a row that failed. */
  readonly failedPolls: number;
}

/** A running worker. */
export interface WorkerLoop {
  health(): WorkerHealth;
  /** Resolves when it has stopped; never rejects. */
  readonly ended: Promise<void>;
}

/** A poll may take this long, its retries included. */
const POLL_MS = 20_000;
/** Continuations that are not due yet, and deferrals, are looked at this often. */
const LOOK_AGAIN_MS = 60_000;

/** Starts a worker: it polls as long as it has room, and runs what it gets. */
export function startWorkerLoop(options: WorkerLoopOptions): WorkerLoop {
  const { handler, source, signal } = options;
  const runtime = handler.runtime();
  const { time, log } = runtime;
  const running = new Map<string, { readonly job: HandOver; readonly ended: Promise<void> }>();
  let done = 0;
  let handedBack = 0;
  let failedPolls = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;

  let wake = () => {};
  signal.addEventListener('abort', () => wake(), { once: true });

  /**
   * Waits until a job ends, the worker is told to stop, or the time is up, in milliseconds. Each wait has a promise of
   * its own: a race against one that lives as long as the process would leave a trace there each time.
   */
  function pause(ms?: number): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    if (ms !== undefined) void time.sleep(ms).then(resolve);
    return promise;
  }

  async function poll(room: number): Promise<readonly HandOver[]> {
    const now = time.now();
    const wakeUp = now - lookedAt >= LOOK_AGAIN_MS ? 'schedule' : 'room';
    const secrets = runtime.redactor.scope();
    try {
      const { connection } = runtime;
      const environment = { connection, time, log, until: now + POLL_MS, addSecrets: secrets.add };
      const { jobs } = await source.poll(room, environment);
      failedPolls = 0;
      if (wakeUp === 'schedule') lookedAt = now;
      return jobs.filter(({ job }) => !running.has(job.id) && isDue(job, wakeUp, time.now()));
    } catch (error) {
      failedPolls++;
      log.error('could not poll; trying again', { failedPolls, error });
      return [];
    } finally {
      secrets.end();
    }
  }

  function start(job: HandOver): void {
    const { id } = job.job;
    const ended = runWorkerJob(job, options)
      .catch((error: unknown) => log.error('a job ended without an answer', { id, error }))
      .finally(() => {
        running.delete(id);
        done++;
        wake();
      });
    running.set(id, { job, ended });
  }

  async function run(): Promise<void> {
    let misses = 0;
    while (!signal.aborted) {
      const room = options.concurrency - running.size;
      if (room <= 0) {
        await pause();
        continue;
      }
      const jobs = await poll(room);
      // Polled but not claimed: what is left alone now is offered again.
      if (signal.aborted) break;
      for (const job of jobs) start(job);
      if (jobs.length > 0) {
        misses = 0;
        continue;
      }
      if (options.once && running.size === 0 && failedPolls === 0) break;
      misses++;
      await pause(idleWait(misses, time.random()));
    }
    await finish();
  }

  /** Lets what runs come to its end, and hands back what takes too long. */
  async function finish(): Promise<void> {
    const all = Promise.all([...running.values()].map(({ ended }) => ended));
    if (!signal.aborted) return void (await all);
    await Promise.race([all, time.sleep(options.graceMs)]);
    await Promise.all(
      [...running.values()].map(async ({ job }) => {
        try {
          if (await handBack(job, handler)) handedBack++;
        } catch (error) {
          log.error('a job could not be handed back', { id: job.job.id, error });
        }
      }),
    );
  }

  return { health: () => ({ running: running.size, done, handedBack, failedPolls }), ended: run() };
}
