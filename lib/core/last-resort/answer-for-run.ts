import { decodeCallback } from '../callback.ts';
import { completeWith } from '../complete.ts';
import { type Failed, fail, type Succeeded, succeed } from '../outcome.ts';
import type { EndedRun, Runner } from '../runner.ts';
import type { Runtime } from '../runtime.ts';
import type { Service } from '../service.ts';
import type { Try } from './answer-in-place.ts';

/** The end of a run that a runner tells. */
export interface RunToAnswer {
  readonly runner: Runner;
  readonly run: EndedRun;
}

/** Finds the runner whose event it is; undefined for every other event. */
export function recogniseRun(event: unknown, runners: readonly Runner[]): RunToAnswer | undefined {
  for (const runner of runners) {
    const run = runner.recogniseEnd(event);
    if (run !== undefined) return { runner, run };
  }
  return undefined;
}

/**
 * Answers for a run that has ended. An answer that it gave itself stands; else its success is one, unless it had to
 * answer by itself, and every other end is a failure.
 *
 * @throws InvalidCallbackError where the ledger has no entry of it
 * @throws LedgerError, AnswerNotGivenError, AwsCallError so that the event comes again
 */
export async function answerForRun(
  { runner, run }: RunToAnswer,
  services: readonly Service[],
  runtime: Runtime,
  attempt: Try,
): Promise<void> {
  const { id, callback: text } = run;
  if (text === undefined) {
    runtime.log.debug('a run ended that was started for nobody', { id });
    return;
  }
  const callback = decodeCallback(text);
  const service = services.find(({ name }) => name === callback.service);
  const outcome = await outcomeOf(runner, run, service, runtime, attempt);
  const by = { who: 'last resort', functionName: undefined, requestId: undefined } as const;
  await completeWith(runtime, services, callback, outcome, by);
}

async function outcomeOf(
  runner: Runner,
  run: EndedRun,
  service: Service | undefined,
  { connection, time }: Runtime,
  { until }: Try,
): Promise<Succeeded | Failed> {
  const { id, isSuccess, mustAnswer, summary } = run;
  if (!isSuccess) return fail(summary);
  if (mustAnswer)
    return fail(`${summary}; but it gave no answer, which was left to it: end it with "ringback complete"`);
  if (service?.detailsOfRun === undefined) return succeed();
  const variables = run.variables ?? (await runner.variablesOf(id, { connection, time, until }));
  return succeed(service.detailsOfRun({ id, variables }));
}
