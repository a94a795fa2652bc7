import { decodeCallback } from '../callback.ts';
import { completeWith } from '../complete.ts';
import { type Failed, fail, type Succeeded, succeed } from '../outcome.ts';
import type { EndedExecution, Runner } from '../runner.ts';
import type { Runtime } from '../runtime.ts';
import type { Service } from '../service.ts';
import type { Try } from './answer-in-place.ts';

/** The end of an execution, and whose it is. */
export interface ExecutionToAnswer {
  readonly runner: Runner;
  readonly ended: EndedExecution;
}

/** Finds the runner whose event it is; undefined for every other event. */
export function recogniseExecution(event: unknown, runners: readonly Runner[]): ExecutionToAnswer | undefined {
  for (const runner of runners) {
    const ended = runner.recogniseEnd(event);
    if (ended !== undefined) return { runner, ended };
  }
  return undefined;
}

/**
 * Answers for an execution that has ended. An answer that it gave itself stands; else its success is one, unless it had to
 * answer by itself, and every other end is a failure.
 *
 * @throws InvalidCallbackError where the ledger has no entry of it
 * @throws LedgerError, AnswerNotGivenError, AwsCallError so that the event comes again
 */
export async function answerForExecution(
  { runner, ended }: ExecutionToAnswer,
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
  const service = services.find(({ name }) => name === callback.service);
  const outcome = await outcomeOf(runner, ended, service, runtime, attempt);
  const by = { who: 'last resort', functionName: undefined, requestId: undefined } as const;
  await completeWith(runtime, services, callback, outcome, by);
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
