import { TRY_MS } from '../../aws/index.ts';
import type { HandOver } from '../polled/hand-over.ts';
import type { WakeUp } from '../polled/wake-up.ts';
import { isDue } from './due.ts';
import type { JobSource, Polling } from './job-source.ts';

/** How many jobs are asked for at once. */
const BATCH_SIZE = 10;
/** An event may come before its job can be polled: how long to wait before the second look, in milliseconds. */
const SECOND_LOOK_MS = 1_000;

/** What one round of polling works with. */
export interface PollRound {
  readonly source: JobSource;
  readonly polling: Polling;
  readonly wakeUp: WakeUp;
  /** The most jobs to hand over. */
  readonly limit: number;
  /** Gives a job to an invocation of its own. A rejection leaves the job to be offered again. */
  readonly handOver: (job: HandOver) => Promise<void>;
}

/**
 * Polls until nothing new is offered or the limit is reached, and hands over every job that is due.
 *
 * @returns how many
 * @throws AwsCallError when CodePipeline cannot be asked
 */
export async function pollRound({ source, polling, wakeUp, limit, handOver }: PollRound): Promise<number> {
  const { time, until, log } = polling;
  // Whether an offer hides a job from the next poll is not documented; the same job must not keep a round going.
  const seen = new Set<string>();
  let handedOver = 0;
  let maySecondLook = wakeUp === 'event';
  // What an answer offers that nobody hears is lost for a while. The first look of a function with little time is worth that.
  let isFirst = wakeUp !== 'room';
  const hasTime = () => isFirst || time.now() + TRY_MS <= until;
  while (handedOver < limit && hasTime()) {
    isFirst = false;
    const asked = Math.min(BATCH_SIZE, limit - handedOver);
    const { offered, jobs } = await source.poll(asked, polling);
    const unseen = jobs.filter(({ job }) => !seen.has(job.id));
    for (const { job } of unseen) seen.add(job.id);
    const more = offered === asked ? { more: true } : {};
    const due = unseen.filter(({ job }) => isDue(job, wakeUp, time.now()));
    const results = await Promise.allSettled(due.map((job) => handOver({ ...job, ...more })));
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') handedOver++;
      else {
        const id = due[index]?.job.id;
        log.error('a job could not be handed over; it is offered again', { id, error: result.reason });
      }
    }
    if (unseen.length > 0) continue;
    if (!maySecondLook || seen.size > 0 || time.now() + SECOND_LOOK_MS >= until) break;
    maySecondLook = false;
    await time.sleep(SECOND_LOOK_MS);
  }
  return handedOver;
}
