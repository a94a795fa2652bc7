import { LAST_RESORT_MAX_RECEIVES } from '../constants.ts';
import { decodeContinuation } from './continuation.ts';
import type { InvocationContext } from './deadline.ts';
import { failedDecision } from './decision.ts';
import { InvalidEventError } from './errors.ts';
import { type FailureRecord, readFailureRecord, whatHappened } from './failure-record.ts';
import type { BatchResponse } from './handler.ts';
import { decideInPlace, type Try } from './last-resort-decision.ts';
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
        const number = Number(message.attributes?.ApproximateReceiveCount ?? 1);
        const isLastTry = number >= LAST_RESORT_MAX_RECEIVES;
        await answerFor(readFailureRecord(message.body), resultApis, runtime, { until, number, isLastTry });
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
  attempt: Try,
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
    const claiming = api.claiming?.(callback);
    const failure = { record, callback, claiming, run, failed };
    const decision = await decideInPlace(failure, runtime, attempt);
    if (decision === undefined) return;
    const { alreadySettled } = await report(api, callback, decision, runtime, attempt.until);
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
