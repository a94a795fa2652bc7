import { decodeCallback } from '../callback.ts';
import { completeWith } from '../complete.ts';
import { entryKey } from '../ledger/entry.ts';
import { type Failed, fail, type Succeeded, succeed } from '../outcome.ts';
import type { EndedExecution, Runner } from '../runner.ts';
import type { Runtime } from '../runtime.ts';
import type { AbandonedExecution, Service } from '../service.ts';
import type { Try } from './failed-delivery.ts';
import { readSentAnswer } from './sent-answer.ts';

/** What the last resort knows of the outside: who waits, and what works. */
export interface Parties {
  readonly services: readonly Service[];
  readonly runners: readonly Runner[];
}

const LAST_RESORT = { who: 'last resort', functionName: undefined, requestId: undefined } as const;

/** What is to be done about an event of an execution, or its own answer; undefined for every other event. */
export function recogniseExecution(
  event: unknown,
  { services, runners }: Parties,
): ((runtime: Runtime, attempt: Try) => Promise<void>) | undefined {
  const sent = readSentAnswer(event);
  if (sent !== undefined) {
    const { callback, outcome } = sent;
    return async (runtime) => {
      await completeWith(runtime, services, callback, outcome, { who: 'complete', isExecution: true });
    };
  }
  for (const runner of runners) {
    const ended = runner.recogniseEnd(event);
    if (ended !== undefined) return (...how) => answerForEnded(runner, ended, services, ...how);
  }
  for (const service of services) {
    const abandoned = service.readAbandoned?.(event);
    if (abandoned !== undefined) return (...how) => closeAbandoned(abandoned, { services, runners }, ...how);
  }
  return undefined;
}

/**
 * Decides what nobody waits for any more, so that it is open no longer, and what works for it is stopped.
 *
 * @throws LedgerError, AnswerNotGivenError, AwsCallError so that the event comes again
 */
async function closeAbandoned(
  { id, reason }: AbandonedExecution,
  { services, runners }: Parties,
  runtime: Runtime,
  { until }: Try,
): Promise<void> {
  const { connection, time } = runtime;
  for (const runner of runners) {
    const callback = await runner.callbackOf(id, { connection, time, until });
    if (callback === undefined) continue;
    await completeWith(runtime, services, callback, fail(reason), LAST_RESORT);
    const { service, id: callbackId } = decodeCallback(callback);
    // Nobody is left to be told.
    await runtime.ledger.noteReported(entryKey(service, callbackId), true, until);
    return;
  }
  runtime.log.debug('an action was given up for which nothing of ours works', { id });
}

/**
 * Answers for an execution that has ended. An answer that it gave itself stands; else its success is one, unless it had to
 * answer by itself, and every other end is a failure. Of two that work for the same, such as builds that two deliveries
 * started, the first success counts, and only the failure of the one that the entry names.
 *
 * @throws InvalidCallbackError where the ledger has no entry of it
 * @throws LedgerError, AnswerNotGivenError, AwsCallError so that the event comes again
 */
async function answerForEnded(
  runner: Runner,
  ended: EndedExecution,
  services: readonly Service[],
  runtime: Runtime,
  attempt: Try,
): Promise<void> {
  const { id, callback: text } = ended;
  if (text === undefined) {
    runtime.log.debug('a build or the like ended that was started for nobody', { id });
    return;
  }
  const callback = decodeCallback(text);
  const entry = await runtime.ledger.read(entryKey(callback.service, callback.id), attempt.until);
  // It was answered before it ended, and the service knows.
  if (entry?.state.kind === 'decided' && entry.state.reported === true) return;
  const service = services.find(({ name }) => name === callback.service);
  const outcome = await outcomeOf(runner, ended, service, runtime, attempt);
  const named = entry?.execution?.id ?? id;
  if (named !== id && outcome.kind === 'failed' && entry?.state.kind === 'waiting') {
    runtime.log.warn('what failed is not what the answer was left to, which goes on', { id, executionId: named });
    return;
  }
  await completeWith(runtime, services, callback, outcome, { ...LAST_RESORT, isExecution: named === id });
}

async function outcomeOf(
  runner: Runner,
  ended: EndedExecution,
  service: Service | undefined,
  { connection, time }: Runtime,
  { until }: Try,
): Promise<Succeeded | Failed> {
  const { id, isSuccess, mustAnswer, summary } = ended;
  if (!isSuccess) return fail(summary);
  if (mustAnswer)
    return fail(`${summary}; but it gave no answer, which was left to it: end it with "ringback complete"`);
  if (service?.detailsOfExecution === undefined) return succeed();
  const variables = ended.variables ?? (await runner.variablesOf(id, { connection, time, until }));
  return succeed(service.detailsOfExecution({ id, variables }));
}
