import { AwsCallError } from '../../aws/index.ts';
import { type HandOver, handOverEvent } from '../../codepipeline/polled/hand-over.ts';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import type { InvocationContext } from '../../core/deadline.ts';
import { deliveryOf } from '../../core/delivery.ts';
import { isRingbackError } from '../../core/errors.ts';
import { createLastResort } from '../../core/last-resort/last-resort.ts';
import type { Entry } from '../../core/ledger/entry.ts';
import type { Runtime } from '../../core/runtime.ts';
import { LAST_RESORT_MAX_RECEIVES } from '../../lifetimes.ts';
import { idleWait } from './idle-wait.ts';
import { createTrouble, reasonOf } from './trouble.ts';
import { waitOrStop } from './wait.ts';

/** What running a job depends on. */
export interface JobRunOptions {
  readonly handler: WorkerHandler;
  /** How long the logic of one try may take, in milliseconds. */
  readonly timeoutMs: number;
  /** For logs. */
  readonly name: string;
  /** Gives up a job that cannot be acknowledged, instead of trying on until it can. */
  readonly once?: boolean;
  /** Tells the worker to stop: what has failed is not tried again. */
  readonly signal: AbortSignal;
}

/**
 * How a run ended. `through`: the job is answered, or put off. `not due`: it only waits, and is offered again. `left`: it
 * is another worker's, or closed. `refused`: this worker may not acknowledge it, so it is not its own. `stopped`: the
 * worker is to stop while the job is not answered. `unanswered`: all tries are used up.
 */
export type RunEnd = 'through' | 'not due' | 'left' | 'refused' | 'stopped' | 'unanswered';

/** An answer is tried for this long, in milliseconds: as long as CodePipeline waits for a custom action. */
export const ANSWER_PATIENCE_MS = 24 * 3_600_000;
/** User logic that asks for another run gets this many in all, as in Lambda. */
const MOST_RUNS = 3;
/** A worker that does one round tries to acknowledge a job for this long, in milliseconds, or for the job's own time. */
const ONCE_ACKNOWLEDGE_MS = 30_000;
/** Whether a job was acknowledged may stay in doubt for this long, in milliseconds: until it has been offered again. */
const DOUBT_MS = 10 * 60_000;
/** How long the last resort waits before its second try, as its queue does in AWS, in milliseconds; then ever longer. */
const LAST_RESORT_PAUSE_MS = 3 * 60_000;
const LONGEST_PAUSES = 10;
/** Taking note of a job that is through may take this long, in milliseconds. */
const LET_GO_MS = 5_000;

/**
 * Runs one job as Lambda would: the handler is called again while it throws what may pass, and at the end the last
 * resort answers. While the services cannot be reached, or do not take the credentials, it waits. Never rejects.
 *
 * @param offer - the job as it was offered last: whose acknowledgement got lost is offered again, with another nonce
 */
export async function runWorkerJob(offer: () => HandOver, options: JobRunOptions): Promise<RunEnd> {
  const { handler, signal } = options;
  const runtime = handler.runtime();
  const { time, log } = runtime;
  const { id } = offer().job;
  const requestId = runtime.uuid();
  const startedAt = time.now();
  const trouble = createTrouble(runtime, {
    begins: 'a job cannot be acknowledged or answered; trying again',
    ends: 'the job is through',
    id,
  });
  const onRetry = trouble.tried;
  let runs = 0;
  let doubtedAt: number | undefined;
  for (let tries = 1; ; tries++) {
    try {
      await handler(handOverEvent({ ...offer(), held: true }), { ...contextOf(requestId, options), onRetry });
      trouble.over();
      return await letGo(offer(), handler);
    } catch (error) {
      const code = isRingbackError(error) ? error.code : undefined;
      if (code === 'IN_PROGRESS' && tries === 1) {
        log.debug('another worker has the job', { id });
        return 'left';
      }
      const now = time.now();
      // What escapes of calls to AWS is of the acknowledgement: until it is through, nothing is owed.
      if (options.once && error instanceof AwsCallError && error.retryable) return leaveIt(offer(), handler, error);
      const inDoubt = code === 'ACKNOWLEDGEMENT_IN_DOUBT';
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
  const lastResort = createLastResort([handler.service], () => runtime);
  const giveUpAt = time.now() + ANSWER_PATIENCE_MS;
  for (let receives = 1; time.now() < giveUpAt || receives <= LAST_RESORT_MAX_RECEIVES; receives++) {
    const attributes = { ApproximateReceiveCount: String(receives) };
    const message = { messageId: requestId, body: JSON.stringify(record), attributes };
    const { batchItemFailures } = await lastResort({ Records: [message] }, contextOf(requestId, failed));
    if (batchItemFailures.length === 0) {
      const end = await letGo(job, handler);
      return end === 'left' ? leaveIt(job, handler, error) : end;
    }
    await waitOrStop(time, LAST_RESORT_PAUSE_MS * Math.min(receives, LONGEST_PAUSES), signal);
    if (signal.aborted) return 'stopped';
  }
  log.error('a job is not answered; answer it with "ringback complete"', { id: job.job.id });
  return 'unanswered';
}

function leaveIt({ job: { id } }: HandOver, handler: WorkerHandler, error: unknown): RunEnd {
  const reason = reasonOf(error);
  handler.runtime().log.error('a job could not be acknowledged, so it is left to CodePipeline', { id, reason, error });
  return 'refused';
}

/**
 * Tells what has become of a job that nothing is left to do for, and notes an answer that is through. Where that fails,
 * a later process reports it once more, in vain.
 */
async function letGo(job: HandOver, { service, runtime: provide }: WorkerHandler): Promise<RunEnd> {
  const { connection, ledger, time, log } = provide();
  const recognised = service.recognise(handOverEvent(job), { region: connection.region, functionName: undefined });
  if (recognised === undefined) return 'through';
  const { key, run } = deliveryOf(service, recognised, undefined);
  const until = time.now() + LET_GO_MS;
  try {
    const entry = await ledger.read(key, until);
    const end = endOf(entry, run);
    // What `complete` decided for a later run has not been told to anybody yet.
    const isTold = entry?.state.kind === 'decided' && entry.run === run;
    if (end === 'through' && isTold) await ledger.noteReported(key, true, until);
    return end;
  } catch (error) {
    log.debug('it could not be noted that a job is through', { id: job.job.id, error });
    return 'through';
  }
}

/** What the entry says of the job of a run that its handler was content with. */
function endOf(entry: Entry | undefined, run: number): RunEnd {
  if (entry === undefined || entry.run > run) return 'through';
  switch (entry.state.kind) {
    case 'waiting':
      return 'not due';
    case 'unreadable':
      return 'through';
    default:
      return entry.acknowledged === 'yes' ? 'through' : 'left';
  }
}

function contextOf(awsRequestId: string, { timeoutMs, name, once = false }: JobRunOptions): InvocationContext {
  const end = Date.now() + timeoutMs;
  return {
    awsRequestId,
    functionName: name,
    logGroupName: `the log of ${name}`,
    answerPatienceMs: ANSWER_PATIENCE_MS,
    ...(once && { acknowledgePatienceMs: Math.min(timeoutMs, ONCE_ACKNOWLEDGE_MS) }),
    getRemainingTimeInMillis: () => end - Date.now(),
  };
}
