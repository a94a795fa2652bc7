import type { HandOver } from '../../codepipeline/polled/hand-over.ts';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import { idleWait } from './idle-wait.ts';
import { ABANDONED_MS, GIVEN_UP_MS, REPORTED_MS, recoverJobs } from './recover-jobs.ts';
import { createTrouble } from './trouble.ts';
import { waitOrStop } from './wait.ts';

/** Clocks of two machines may differ by this much, in milliseconds. */
const SLACK_MS = 60_000;

/** How abandoned jobs are looked for. */
export interface AbandonedJobsOptions {
  /** How long the logic of one try may take, in milliseconds: nobody's lease is longer. */
  readonly timeoutMs: number;
  /** One look, and no second try. */
  readonly once: boolean;
  readonly signal: AbortSignal;
  /** Has a job done whose process died, where `onCrash` is `retry`; resolves when it is through, and never rejects. */
  readonly runAgain: (job: HandOver) => Promise<unknown>;
  /** Hears how many were answered, where there were any. */
  readonly onAnswered: (jobs: number) => void;
}

/**
 * Answers the jobs of processes that died before this one began. A supervisor starts a new process within seconds, when
 * the dead one's leases still stand: so there is a look at the start, one when what was decided must have arrived, one
 * when every such lease is over, and one for jobs that waited for their next try. A look that fails is tried again.
 *
 * Resolves when the last look is over, or the worker stops; never rejects.
 *
 * @returns whether nothing was left unseen: false where the one look of `once` failed
 */
export async function answerAbandonedJobs(handler: WorkerHandler, options: AbandonedJobsOptions): Promise<boolean> {
  const { timeoutMs, once, signal, onAnswered, runAgain } = options;
  const runtime = handler.runtime();
  const { time } = runtime;
  const trouble = createTrouble(runtime, {
    begins: `abandoned jobs cannot be looked for${once ? '' : '; trying again'}`,
    ends: 'abandoned jobs have been looked for',
  });
  const startedAt = time.now();
  const later = [REPORTED_MS, timeoutMs + ABANDONED_MS, GIVEN_UP_MS].map((afterMs) => afterMs + SLACK_MS);
  for (const afterMs of once ? [0] : [0, ...later.sort((a, b) => a - b)]) {
    if (afterMs > 0) await waitOrStop(time, startedAt + afterMs - time.now(), signal);
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        const answered = await recoverJobs(handler, runAgain);
        trouble.over();
        if (answered > 0) onAnswered(answered);
        break;
      } catch (error) {
        trouble.met(error);
        if (once) return false;
        await waitOrStop(time, idleWait(tries, time.random()), signal);
      }
    }
  }
  return true;
}
