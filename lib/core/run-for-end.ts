import type { Attempt } from './attempt.ts';
import { answerMargin, startDeadline, type Times } from './deadline.ts';
import { type Decision, type End, failedEnd } from './decision.ts';
import { codeOf } from './errors.ts';
import { failureOf } from './failure.ts';
import { fitEnd } from './fit-end.ts';
import type { Json } from './json.ts';
import { type Entry, idOfKey } from './ledger/entry.ts';
import type { NextRun } from './ledger/transitions.ts';
import { nextRun } from './next-run.ts';
import { endOf } from './outcome.ts';
import { runLogic } from './run-logic.ts';

/** An attempt that may run the logic. */
export interface Run<Task> extends Attempt<Task> {
  readonly entry: Entry;
  readonly owner: string;
  /** Whether an earlier attempt at this run ended without a word, and may have run the logic. */
  readonly died: boolean;
}

/** What a run came to. */
export type RunEnd =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'next'; readonly next: NextRun };

/**
 * Runs user logic and tells what it came to; everything that can go wrong with it ends here as a decision.
 *
 * @throws RetryableError where the logic asked to be run again: the entry is then given back
 * @throws LedgerError when what the last run left cannot be read
 */
export async function runForEnd<Task>(
  run: Run<Task>,
  times: Times & { readonly ledgerLatencyMs: number },
): Promise<RunEnd> {
  const { service, runtime, entry, owner } = run;
  const { log, redactor, ledger } = runtime;
  const decided = (end: End): RunEnd => ({ kind: 'decision', decision: fitEnd(service, end, redactor.redact) });
  const without = whyNotToRun(run);
  if (without !== undefined) return decided(without);
  // Read before the logic's time begins, so that a ledger which fails is no failure of the logic.
  const left = await readLeft(run, times.lastMoment);
  if ('end' in left) return decided(left.end);
  try {
    const outcome = await runWithDeadline(run, left.state, times.ledgerLatencyMs);
    if (outcome.kind === 'succeeded' || outcome.kind === 'failed') return decided(endOf(outcome));
    const moment = { ticket: run.delivery.ticket, run: entry.run, now: runtime.time.now(), expiresAt: expiryOf(run) };
    return { kind: 'next', next: nextRun(outcome, moment, service, redactor.redact) };
  } catch (error) {
    const id = idOfKey(entry.key);
    if (codeOf(error) === 'RETRYABLE' && runtime.lastResort) {
      log.warn('the logic asked to be run again', { id, error });
      await ledger.giveBack(entry.key, owner, {}, times.lastMoment);
      throw error;
    }
    log.error('the logic failed', { id, error });
    return decided(failureOf(error));
  }
}

/** What the last run left, or the end of a run that nobody can go on with: no later attempt would find it either. */
async function readLeft<Task>(
  { entry, runtime: { ledger, log } }: Run<Task>,
  until: number,
): Promise<{ readonly state: Json | undefined } | { readonly end: End }> {
  try {
    return { state: await ledger.left(entry, until) };
  } catch (error) {
    if (codeOf(error) !== 'INVALID_OUTCOME') throw error;
    log.error('what the last run left is lost', { id: idOfKey(entry.key), error });
    return { end: failureOf(error) };
  }
}

/** Why the logic must not run any more; undefined where it may. */
function whyNotToRun<Task>(run: Run<Task>): End | undefined {
  const { service, context, onCrash, died, runtime } = run;
  const expiresAt = expiryOf(run);
  if (runtime.time.now() >= expiresAt) {
    const until = new Date(expiresAt).toISOString();
    return failedEnd(
      `nobody waits for this ${service.noun} any more: it had to be answered until ${until}`,
      'unavailable',
    );
  }
  if (!died || onCrash !== 'fail') return undefined;
  return failedEnd(
    `an earlier attempt at this ${service.noun} ended without a word: it ran out of time or memory, or was killed; its log is in ${context.logGroupName ?? context.functionName}`,
    'crashed',
  );
}

/** When the service stops waiting, in milliseconds since the epoch; infinite where that is not known. */
function expiryOf<Task>({ service, parsed, entry }: Run<Task>): number {
  const from = service.putOff.by === 'token' ? entry.takenAt : entry.openedAt;
  return from + (parsed.answerWithinMs ?? Number.POSITIVE_INFINITY);
}

async function runWithDeadline<Task>(run: Run<Task>, state: Json | undefined, ledgerLatencyMs: number) {
  const { service, context, runtime, entry, secrets, logic, parsed } = run;
  const { connection, log, time } = runtime;
  const deadline = startDeadline(context, answerMargin(context.getRemainingTimeInMillis(), ledgerLatencyMs));
  const callback = { service: service.name, id: idOfKey(entry.key), region: entry.region };
  try {
    const parts = { callback, connection, log, time, state, run: entry.run, declareSecrets: secrets.declare };
    return await runLogic(logic, {
      deadline,
      runtime,
      createTask: (limits) => parsed.createTask({ ...parts, ...limits }),
    });
  } finally {
    deadline.clear();
  }
}
