import { AwsCallError } from '../../aws/index.ts';
import { type HandOver, handOverEvent } from '../../codepipeline/worker/hand-over.ts';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import { LAST_RESORT_MAX_RECEIVES } from '../../constants.ts';
import { removeClaimMark } from '../../core/claiming.ts';
import type { InvocationContext } from '../../core/deadline.ts';
import { isRingbackError } from '../../core/errors.ts';
import { createLastResort } from '../../core/last-resort.ts';
import type { Runtime } from '../../core/runtime.ts';
import { idleWait } from './idle-wait.ts';
import { createTrouble } from './trouble.ts';
import { waitOrStop } from './wait.ts';

/** What running a job depends on. */
export interface JobRunOptions {
  readonly handler: WorkerHandler;
  /** How long the logic of one try may take, in milliseconds. */
  readonly timeoutMs: number;
  /** For logs. */
  readonly name: string;
  /** Tells the worker to stop: what has failed is not tried again. */
  readonly signal: AbortSignal;
}

/**
 * How a run ended. `through`: the job is answered, or is another's. `stopped`: the worker is to stop while the job is
 * not answered. `unanswered`: all tries are used up.
 */
export type RunEnd = 'through' | 'stopped' | 'unanswered';

/** An answer is tried for this long, in milliseconds: as long as CodePipeline waits for a custom action. */
export const ANSWER_PATIENCE_MS = 24 * 3_600_000;
/** User logic that asks for another run gets this many in all, as in Lambda. */
const MOST_RUNS = 3;
/** Whether a job was claimed may stay in doubt for this long, in milliseconds: until it has been offered again. */
const DOUBT_MS = 10 * 60_000;
/** How long the last resort waits before its second try, as its queue does in AWS, in milliseconds; then ever longer. */
const LAST_RESORT_PAUSE_MS = 3 * 60_000;
const LONGEST_PAUSES = 10;
/** Forgetting a job may take this long, in milliseconds. */
const LET_GO_MS = 5_000;

/**
 * Runs one job as Lambda would: the handler is called again while it throws what may pass, and at the end the last
 * resort answers. While the services cannot be reached, or do not take the credentials, it waits. Never rejects.
 *
 * @param offer - the job as it was offered last: whose claim got lost is offered again, with another nonce
 */
export async function runWorkerJob(offer: () => HandOver, options: JobRunOptions): Promise<RunEnd> {
  const { handler, signal } = options;
  const runtime = handler.runtime();
  const { time, log } = runtime;
  const { id } = offer().job;
  const requestId = runtime.uuid();
  const startedAt = time.now();
  const trouble = createTrouble(runtime, {
    begins: 'a job cannot be claimed or answered; trying again',
    ends: 'the job is through',
    id,
  });
  let runs = 0;
  let doubtedAt: number | undefined;
  for (let tries = 1; ; tries++) {
    try {
      await handler(handOverEvent({ ...offer(), held: true }), contextOf(requestId, options));
      trouble.over();
      await letGo(offer(), handler);
      return 'through';
    } catch (error) {
      const code = isRingbackError(error) ? error.code : undefined;
      if (code === 'IN_PROGRESS' && tries === 1) {
        log.debug('another worker has the job', { id });
        return 'through';
      }
      const now = time.now();
      const inDoubt = code === 'CLAIM_IN_DOUBT';
      if (inDoubt) doubtedAt ??= now;
      const mayPass = inDoubt || isOutOfReach(error);
      if (!mayPass) runs++;
      const over = inDoubt ? now - (doubtedAt ?? now) >= DOUBT_MS : now - startedAt >= ANSWER_PATIENCE_MS;
      if (mayPass ? over : runs >= MOST_RUNS) {
        return answerInPlace(offer(), { ...options, requestId, tries, error });
      }
      if (mayPass) trouble.met(error);
      else log.warn('the job is run again', { id, runs, error });
      await waitOrStop(time, idleWait(tries, time.random()), signal);
      if (signal.aborted) return 'stopped';
    }
  }
}

/** Whether it is not the job that failed, but the way to the services, or this process's own earlier lease stands. */
function isOutOfReach(error: unknown): boolean {
  if (error instanceof AwsCallError) return error.retryable;
  return isRingbackError(error) && ['ANSWER_NOT_GIVEN', 'LEDGER', 'IN_PROGRESS'].includes(error.code);
}

/** What is left to do for a job when its tries are used up. */
interface FailedRun extends JobRunOptions {
  readonly requestId: string;
  readonly tries: number;
  readonly error: unknown;
}

async function answerInPlace(job: HandOver, failed: FailedRun): Promise<RunEnd> {
  const { handler, name, requestId, tries, error, signal } = failed;
  const runtime: Runtime = handler.runtime();
  const { time, log } = runtime;
  const { name: errorType = 'Error', message: errorMessage = String(error) } = error as Error;
  const record = {
    requestContext: { requestId, functionArn: `:function:${name}`, approximateInvokeCount: tries },
    requestPayload: handOverEvent({ ...job, held: true }),
    responsePayload: { errorType, errorMessage },
  };
  const lastResort = createLastResort([handler.resultApi], () => runtime);
  const giveUpAt = time.now() + ANSWER_PATIENCE_MS;
  for (let receives = 1; time.now() < giveUpAt || receives <= LAST_RESORT_MAX_RECEIVES; receives++) {
    const attributes = { ApproximateReceiveCount: String(receives) };
    const message = { messageId: requestId, body: JSON.stringify(record), attributes };
    const { batchItemFailures } = await lastResort({ Records: [message] }, contextOf(requestId, failed));
    if (batchItemFailures.length === 0) {
      await letGo(job, handler);
      return 'through';
    }
    await waitOrStop(time, LAST_RESORT_PAUSE_MS * Math.min(receives, LONGEST_PAUSES), signal);
    if (signal.aborted) return 'stopped';
  }
  log.error('a job is not answered; answer it with "ringback complete"', { id: job.job.id });
  return 'unanswered';
}

/** Forgets that this process holds a job. Where that fails, a later process reports its answer once more, in vain. */
async function letGo(job: HandOver, { resultApi, runtime: provide }: WorkerHandler): Promise<void> {
  const { connection, ledger, time, log } = provide();
  const callback = resultApi.recognise(handOverEvent(job), connection.region);
  if (callback === undefined) return;
  try {
    await removeClaimMark(ledger, callback, time.now() + LET_GO_MS);
  } catch (error) {
    log.debug('the mark of a claim stays', { id: callback.id, error });
  }
}

function contextOf(awsRequestId: string, { timeoutMs, name }: JobRunOptions): InvocationContext {
  const end = Date.now() + timeoutMs;
  return {
    awsRequestId,
    functionName: name,
    logGroupName: `the log of ${name}`,
    answerPatienceMs: ANSWER_PATIENCE_MS,
    getRemainingTimeInMillis: () => end - Date.now(),
  };
}
