import { type HandOver, handOverEvent } from '../../codepipeline/worker/hand-over.ts';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import type { InvocationContext } from '../../core/deadline.ts';
import { isRingbackError } from '../../core/errors.ts';
import { createLastResort } from '../../core/last-resort.ts';
import { idleWait } from './idle-wait.ts';

/** What running a job depends on. */
export interface JobRunOptions {
  readonly handler: WorkerHandler;
  /** How long one try may take, in milliseconds. */
  readonly timeoutMs: number;
  /** For logs. */
  readonly name: string;
}

/** An answer that cannot be given is tried again for this long, in milliseconds: as long as Lambda's events by default. */
const PATIENCE_MS = 3_600_000;
/** User logic that asks for another run gets this many in all, as in Lambda. */
const MOST_RUNS = 3;

/**
 * Runs one job as Lambda would: the handler is called again while it throws what may pass, and at the end the last
 * resort answers. Never rejects.
 */
export async function runWorkerJob(job: HandOver, { handler, timeoutMs, name }: JobRunOptions): Promise<void> {
  const runtime = handler.runtime();
  const { time, log } = runtime;
  const event = handOverEvent(job);
  const requestId = runtime.uuid();
  const giveUpAt = time.now() + PATIENCE_MS;
  let error: unknown;
  let tries = 0;
  while (tries < MOST_RUNS || (isAnswerMissing(error) && time.now() < giveUpAt)) {
    tries++;
    try {
      await handler(event, contextOf(requestId, timeoutMs, name));
      return;
    } catch (thrown) {
      error = thrown;
      log.warn('the job is tried again', { id: job.job.id, tries, error });
      await time.sleep(idleWait(tries, time.random()));
    }
  }
  const { name: errorType = 'Error', message: errorMessage = String(error) } = error as Error;
  const record = {
    requestContext: { requestId, functionArn: `:function:${name}`, approximateInvokeCount: tries },
    requestPayload: event,
    responsePayload: { errorType, errorMessage },
  };
  const message = { messageId: requestId, body: JSON.stringify(record) };
  await createLastResort([handler.resultApi], () => runtime)(
    { Records: [message] },
    contextOf(requestId, timeoutMs, name),
  );
}

function isAnswerMissing(error: unknown): boolean {
  return isRingbackError(error) && (error.code === 'ANSWER_NOT_GIVEN' || error.code === 'LEDGER');
}

function contextOf(awsRequestId: string, timeoutMs: number, functionName: string): InvocationContext {
  const end = Date.now() + timeoutMs;
  return {
    awsRequestId,
    functionName,
    logGroupName: `the log of ${functionName}`,
    getRemainingTimeInMillis: () => end - Date.now(),
  };
}
