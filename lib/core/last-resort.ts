import { LAST_RESORT_MAX_RECEIVES } from '../constants.ts';
import type { Callback } from './callback.ts';
import { decodeContinuation } from './continuation.ts';
import type { InvocationContext } from './deadline.ts';
import { type Decision, failedDecision } from './decision.ts';
import { InProgressError, InvalidEventError, LedgerError } from './errors.ts';
import { type FailureRecord, readFailureRecord, whatHappened } from './failure-record.ts';
import type { BatchResponse } from './handler.ts';
import type { LedgerEntry } from './ledger.ts';
import { report } from './report.ts';
import type { Runtime } from './runtime.ts';
import { secretMembers } from './secret-members.ts';
import type { ResultApi } from './service.ts';
import { unwrap } from './unwrap.ts';

/** The part of an SQS event that the last resort reads. */
export interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes?: { readonly ApproximateReceiveCount?: string };
  }[];
}

/** A run that is this much too late, in milliseconds, was never announced. */
const OVERDUE_MS = 60_000;
/** Time kept back at the end, in milliseconds. */
const EXIT_MARGIN_MS = 500;

/**
 * Makes the function that answers for those that could not: fed by their on-failure destination and by dead-letter
 * queues, it reports the stored decision, or decides failed and reports that.
 *
 * What it cannot read stays in its queue and ends in the queue's dead-letter queue, where an alarm watches. What nobody
 * waits for is dropped with a line in the log: events that ask for no answer, and callbacks that were never claimed.
 */
export function createLastResort(
  resultApis: readonly ResultApi[],
  provide: () => Runtime,
): (event: QueueEvent, context: InvocationContext) => Promise<BatchResponse> {
  return async (event, context) => {
    if (!Array.isArray((event as Partial<QueueEvent> | undefined)?.Records)) {
      throw new InvalidEventError('expected a batch of SQS messages, {"Records": [...]}');
    }
    const runtime = provide();
    const batchItemFailures: { itemIdentifier: string }[] = [];
    const deadline = runtime.time.now() + context.getRemainingTimeInMillis() - EXIT_MARGIN_MS;
    for (const [index, message] of event.Records.entries()) {
      // Each message gets its share of the time that is left, so that one that hangs does not eat the others'.
      const now = runtime.time.now();
      const until = now + (deadline - now) / (event.Records.length - index);
      try {
        const isLastTry = Number(message.attributes?.ApproximateReceiveCount ?? 1) >= LAST_RESORT_MAX_RECEIVES;
        await answerFor(readFailureRecord(message.body), resultApis, runtime, until, isLastTry);
      } catch (error) {
        runtime.log.error('the last resort could not answer; the message comes again', {
          messageId: message.messageId,
          error,
        });
        batchItemFailures.push({ itemIdentifier: message.messageId });
      }
    }
    return { batchItemFailures };
  };
}

async function answerFor(
  record: FailureRecord,
  resultApis: readonly ResultApi[],
  runtime: Runtime,
  until: number,
  isLastTry: boolean,
): Promise<void> {
  const { log, connection } = runtime;
  const { event, token } = unwrap(record.payload);
  const found = resultApis
    .map((api) => ({ api, callback: api.recognise(event, connection.region) }))
    .find(({ callback }) => callback !== undefined);
  if (found?.callback === undefined) {
    const unowed = resultApis.map((api) => api.describeUnowed?.(event)).find((what) => what !== undefined);
    if (unowed !== undefined) {
      const { functionName, errorType, errorMessage } = record;
      log.warn(`a function failed on ${unowed}, which asks for no answer; dropped`, {
        functionName,
        errorType,
        errorMessage,
      });
      return;
    }
    throw new InvalidEventError(
      `no service recognises the event that ${record.functionName ?? 'a function'} failed on`,
    );
  }
  const { api, callback } = found;
  const secrets = runtime.redactor.scope();
  // A handler's own wrapping may have thrown what the event held; the record repeats it.
  secrets.add(...api.secretData.map((member) => callback.data[member]), ...secretMembers(event));
  try {
    const failed = api.fit(failedDecision(runtime.redactor.redact(whatHappened(record, api.noun)), 'crashed'));
    const run = (token === undefined ? undefined : decodeContinuation(token)?.run) ?? 1;
    const claimMark = api.claimMark?.(callback);
    const decision = await decideFor({ ...record, run, claimMark }, callback, failed, runtime, until, isLastTry);
    if (decision === undefined) return;
    const { alreadySettled } = await report(api, callback, decision, runtime, until);
    log.warn('the last resort answered', {
      id: callback.id,
      decision: decision.kind,
      functionName: record.functionName,
      alreadySettled,
    });
  } finally {
    secrets.end();
  }
}

/**
 * The decision to report; undefined where there is nothing to report: a later run of the same delivery is responsible,
 * or nobody has claimed what must be claimed before it may be answered.
 */
async function decideFor(
  record: FailureRecord & { readonly run: number; readonly claimMark: string | undefined },
  callback: Callback,
  failed: Decision,
  { ledger, time, log }: Runtime,
  until: number,
  isLastTry: boolean,
): Promise<Decision | undefined> {
  const half = time.now() + (until - time.now()) / 2;
  try {
    const entry = await ledger.read(callback, half);
    if (entry?.decision !== undefined) return entry.decision;
    // The entry comes before the claim, and is given back only after a claim that failed or left its mark.
    if (record.claimMark !== undefined && (entry === undefined || entry.released)) {
      if ((await ledger.getState(record.claimMark, half)) === undefined) {
        log.warn('dropped: it was never claimed here, so the answer is not ours to give', {
          id: callback.id,
          functionName: record.functionName,
        });
        return undefined;
      }
    }
    // The record proves the death of its own invocation only: a duplicate of the delivery may be at work, or have
    // put it off. A duplicate has the same request id; what it failed with tells that it met another at work.
    const another =
      record.requestId === undefined || entry?.requestId !== record.requestId || record.errorType === 'InProgressError';
    if (entry !== undefined && another) {
      if (entry.run > record.run && isLeftToALaterRun(entry, record, time.now())) {
        log.info('a later run of the delivery answers', { id: callback.id });
        return undefined;
      }
      const leftMs = entry.released ? 0 : (entry.leaseUntil ?? 0) - time.now();
      if (leftMs > 0) {
        // Nobody comes after the last try: a lease that is about to end is waited for.
        if (!isLastTry || leftMs > (half - time.now()) / 2) {
          throw new InProgressError(`another invocation works on ${callback.service} ${callback.id}`);
        }
        await time.sleep(leftMs);
      }
    }
    return await ledger.decide(callback, failed, half);
  } catch (error) {
    if (!(error instanceof LedgerError) || !isLastTry) throw error;
    // Without the ledger nobody can tell whether it was claimed; somebody else's must not be failed.
    if (record.claimMark !== undefined) throw error;
    log.error('the ledger cannot be reached and this is the last try: answering failed without it', { error });
    return failed;
  }
}

/**
 * Whether a later run of the delivery answers. A run is stored before the message that brings it about is sent; so
 * behind a message whose receipts all failed there may be none, and who waits in vain for it answers failed.
 *
 * @throws InProgressError while it may yet begin
 */
function isLeftToALaterRun({ callback, key, dueAt }: LedgerEntry, { requestId }: FailureRecord, now: number): boolean {
  // Whose attempts are known by their request id is told of by a record of its own.
  if (dueAt === undefined || requestId !== undefined) return true;
  if (dueAt + OVERDUE_MS > now) {
    throw new InProgressError(`${callback?.id ?? key} is put off until ${new Date(dueAt).toISOString()}`);
  }
  return false;
}
