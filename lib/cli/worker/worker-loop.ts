import type { HandOver } from '../../codepipeline/polled/hand-over.ts';
import { isDue } from '../../codepipeline/worker/due.ts';
import type { JobSource } from '../../codepipeline/worker/job-source.ts';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import { handBack } from './hand-back.ts';
import { idleWait } from './idle-wait.ts';
import { createTrouble } from './trouble.ts';
import { orStop } from './wait.ts';
import { type RunEnd, runWorkerJob } from './worker-job-run.ts';

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
  /** Ends when nothing is left to do, or nothing can be polled. */
  readonly once: boolean;
  /** Tells the worker to stop. */
  readonly signal: AbortSignal;
}

/** How a worker is doing. */
export interface WorkerHealth {
  readonly running: number;
  /** Those of them whose time is over: their answers are not through yet. */
  readonly waiting: number;
  /** Jobs that are answered, or put off. */
  readonly done: number;
  /** Jobs that were another worker's, or closed. */
  readonly left: number;
  /** Jobs that this worker may not acknowledge. */
  readonly refused: number;
  readonly handedBack: number;
  /** Jobs whose answer was given up. */
  readonly unanswered: number;
  /** Polls in a row that failed. */
  readonly failedPolls: number;
}

/** A running worker. */
export interface WorkerLoop {
  health(): WorkerHealth;
  /** Resolves when it has stopped; never rejects. */
  readonly ended: Promise<void>;
}

/** A poll may take this long, its retries included, which begin in the first half of it. */
const POLL_MS = 10_000;
/** Continuations that are not due yet, and deferrals, are looked at this often. */
const LOOK_AGAIN_MS = 60_000;
/** A job that was let go is left alone for this long: whether an offer hides a job from the next poll is not known. */
const LEFT_ALONE_MS = 30_000;
/** How long an acknowledgement that is under way may take to come through when the worker stops. */
const ACKNOWLEDGING_MS = 10_000;
/** A worker that does one round gives up after so many polls in a row that failed. */
const ONCE_FAILED_POLLS = 5;

interface Run {
  /** As it was offered last. */
  job: HandOver;
  readonly startedAt: number;
  readonly ended: Promise<unknown>;
}

/** Starts a worker: it polls as long as it has room, and runs what it gets. */
export function startWorkerLoop(options: WorkerLoopOptions): WorkerLoop {
  const { handler, source, signal, concurrency, timeoutMs } = options;
  const runtime = handler.runtime();
  const { time, log } = runtime;
  const running = new Map<string, Run>();
  const leftAlone = new Map<string, number>();
  const pollTrouble = createTrouble(runtime, {
    begins: 'jobs cannot be polled; trying again',
    ends: 'jobs are polled again',
  });
  const count = { done: 0, left: 0, refused: 0, handedBack: 0, unanswered: 0, failedPolls: 0 };
  let lookedAt = Number.NEGATIVE_INFINITY;
  let wake = () => {};

  /**
   * Waits until a job ends, the worker is told to stop, or the time is up, in milliseconds. Each wait has a promise of
   * its own: a race against one that lives as long as the process would leave a trace there each time.
   */
  async function pause(ms?: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
      if (ms !== undefined) void time.sleep(ms).then(resolve);
    });
    await orStop(woken, signal);
  }

  /** @returns the jobs that are due */
  async function poll(room: number): Promise<readonly HandOver[]> {
    const now = time.now();
    const wakeUp = now - lookedAt >= LOOK_AGAIN_MS ? 'schedule' : 'room';
    const secrets = runtime.redactor.scope();
    try {
      const { connection } = runtime;
      const polling = { connection, time, log, until: now + POLL_MS, addSecrets: secrets.add };
      const { jobs } = await source.poll(room, polling);
      count.failedPolls = 0;
      pollTrouble.over();
      if (wakeUp === 'schedule') lookedAt = now;
      return jobs.filter((job) => isDue(job.job, wakeUp, time.now()));
    } catch (error) {
      count.failedPolls++;
      pollTrouble.met(error);
      return [];
    } finally {
      secrets.end();
    }
  }

  /** Whether a job is in hand, or was a moment ago. One in hand that is offered again can be acknowledged as offered now. */
  function isKnown(job: HandOver): boolean {
    const { id } = job.job;
    const run = running.get(id);
    if (run !== undefined) run.job = job;
    return run !== undefined || (leftAlone.get(id) ?? 0) > time.now();
  }

  function start(job: HandOver): void {
    const { id } = job.job;
    const ended = runWorkerJob(() => running.get(id)?.job ?? job, options)
      .catch((error: unknown): RunEnd => {
        log.error('a job ended without an answer', { id, error });
        return 'unanswered';
      })
      .then((end) => {
        // What is stopped stays, to be handed back.
        if (end !== 'stopped') running.delete(id);
        if (end === 'through') count.done++;
        if (end === 'left' || end === 'refused' || end === 'unanswered') count[end]++;
        leftAlone.set(id, time.now() + LEFT_ALONE_MS);
        wake();
      });
    running.set(id, { job, startedAt: time.now(), ended });
  }

  async function run(): Promise<void> {
    let misses = 0;
    while (!signal.aborted) {
      const room = concurrency - running.size;
      if (room <= 0) {
        await pause();
        continue;
      }
      const jobs = (await orStop(poll(room), signal)) ?? [];
      // Polled but not acknowledged: what is left alone now is offered again.
      if (signal.aborted) break;
      for (const [id, until] of leftAlone) if (until <= time.now()) leftAlone.delete(id);
      let begun = 0;
      for (const job of jobs) {
        // One answer may offer a job twice.
        if (isKnown(job)) continue;
        start(job);
        begun++;
      }
      if (begun > 0) {
        misses = 0;
        continue;
      }
      const isOver = running.size === 0 && count.failedPolls === 0;
      if (options.once && (isOver || count.failedPolls >= ONCE_FAILED_POLLS)) break;
      misses++;
      await pause(idleWait(misses, time.random()));
    }
    await finish();
  }

  /** Lets what runs come to its end, and hands back what takes too long. */
  async function finish(): Promise<void> {
    const ends = Promise.all([...running.values()].map(({ ended }) => ended));
    await orStop(ends, signal);
    if (!signal.aborted) return;
    const acknowledged = handler.stopAcknowledging();
    await Promise.race([ends, time.sleep(options.graceMs)]);
    await Promise.race([acknowledged, time.sleep(ACKNOWLEDGING_MS)]);
    await Promise.all([...running.values()].map(({ job }) => giveBack(job)));
  }

  async function giveBack(job: HandOver): Promise<void> {
    try {
      if (await handBack(job, handler)) count.handedBack++;
    } catch (error) {
      log.error('a job could not be handed back', { id: job.job.id, error });
    }
  }

  return {
    health() {
      const now = time.now();
      const waiting = [...running.values()].filter(({ startedAt }) => startedAt + timeoutMs < now).length;
      return { running: running.size, waiting, ...count };
    },
    ended: run(),
  };
}
