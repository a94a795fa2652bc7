import type { Callback } from './callback.ts';
import { deferralOf, encodeContinuation } from './continuation.ts';
import { type Decision, failedDecision } from './decision.ts';
import { InvalidOutcomeError } from './errors.ts';
import type { Postponement } from './ledger.ts';
import type { Continued, Deferred, Json, Outcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';
import type { ResultApi } from './service.ts';

/** What an outcome needs to become a decision. */
export interface DecisionEnvironment {
  readonly service: ResultApi;
  readonly callback: Callback;
  readonly runtime: Pick<Runtime, 'ledger' | 'time' | 'redeliver'>;
  /** No ledger call begins after this moment, in milliseconds since the epoch. */
  readonly until: number;
}

/** Where in the life of a delivery an outcome comes. */
export interface RunPosition {
  /** The number of the run that ended with it. */
  readonly run: number;
  /** When the first run began, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** When the service stops waiting, in milliseconds since the epoch, where that is known. */
  readonly expiresAt: number | undefined;
}

/** Kept between the last moment of a deferral and the service's own, in milliseconds. */
const EXPIRY_MARGIN_MS = 5_000;
/** The longest token in a message of Ringback's own, in characters; SQS takes 256 KiB in all. */
const REDELIVERY_TOKEN_LIMIT = 60_000;

/** The decision that success or failure becomes. */
export function endDecision(outcome: Outcome & { kind: 'succeeded' | 'failed' }, service: ResultApi): Decision {
  const details = plain(outcome.details);
  return service.fit(
    outcome.kind === 'succeeded'
      ? { kind: 'succeeded', details }
      : { kind: 'failed', reason: outcome.reason, category: 'failed', details },
  );
}

/** What an outcome comes to: a decision, or another delivery later. @throws InvalidOutcomeError, LedgerError */
export async function decisionOf(
  outcome: Outcome,
  environment: DecisionEnvironment,
  position: RunPosition,
): Promise<Decision | Postponement> {
  const { service } = environment;
  if (outcome.kind === 'succeeded' || outcome.kind === 'failed') return endDecision(outcome, service);
  return service.continuation === 'token'
    ? continueByToken(outcome, environment, position)
    : continueByRedelivery(outcome, environment, position);
}

/** The service itself comes back with our token: to continue is an answer. */
async function continueByToken(
  outcome: Continued | Deferred,
  { service, callback, runtime, until }: DecisionEnvironment,
  { run, startedAt }: RunPosition,
): Promise<Decision> {
  const options = { limit: service.tokenLimit, callback, ledger: runtime.ledger, until };
  const details = plain(outcome.details);
  const now = runtime.time.now();
  if (outcome.kind === 'continued') {
    const { state, delayMs } = outcome;
    const token = await encodeContinuation({ run: run + 1, notBefore: now + delayMs, startedAt, state }, options);
    return service.fit({ kind: 'continued', token, details });
  }
  // Whoever was handed the callback may have been faster than the logic itself.
  const early = await runtime.ledger.read(deferralOf(callback), until);
  if (early?.decision !== undefined) return early.decision;
  const deferral = { id: callback.id, until: now + outcome.withinMs };
  const token = await encodeContinuation({ run: run + 1, notBefore: now, startedAt, state: null, deferral }, options);
  return service.fit({ kind: 'continued', token, deferral: callback.id, details });
}

/** The service waits on, and Ringback brings the delivery back. */
async function continueByRedelivery(
  outcome: Continued | Deferred,
  { callback, runtime, until }: DecisionEnvironment,
  { run, startedAt, expiresAt = Number.POSITIVE_INFINITY }: RunPosition,
): Promise<Postponement> {
  if (runtime.redeliver === undefined) {
    throw new InvalidOutcomeError(
      `${outcome.kind === 'continued' ? 'continueAfter' : 'defer'} needs a continuation queue, and the function has none: RINGBACK_CONTINUATION_QUEUE_URL is not set`,
    );
  }
  const options = { limit: REDELIVERY_TOKEN_LIMIT, callback, ledger: runtime.ledger, until };
  const now = runtime.time.now();
  const lastMoment = expiresAt - EXPIRY_MARGIN_MS;
  if (outcome.kind === 'deferred') {
    const dueAt = Math.min(now + outcome.withinMs, lastMoment);
    const deferral = { id: callback.id, until: dueAt };
    const continuation = { run: run + 1, notBefore: dueAt, startedAt, state: null, deferral };
    return { kind: 'postponed', run: run + 1, dueAt, token: await encodeContinuation(continuation, options) };
  }
  const dueAt = now + outcome.delayMs;
  if (dueAt >= lastMoment) {
    throw new InvalidOutcomeError(
      `continueAfter would go on at ${new Date(dueAt).toISOString()}, but the service waits only until ${new Date(expiresAt).toISOString()}`,
    );
  }
  const continuation = { run: run + 1, notBefore: dueAt, startedAt, state: outcome.state };
  return { kind: 'postponed', run: run + 1, dueAt, token: await encodeContinuation(continuation, options) };
}

/**
 * The decision for a delivery that only asks whether a deferred callback has been completed: its outcome, `waiting`,
 * or "too late".
 */
export async function resumeDeferral<Waiting>(
  deferral: { readonly id: string; readonly until: number },
  entry: Callback,
  waiting: Waiting,
  { service, runtime, until }: DecisionEnvironment,
): Promise<Decision | Waiting> {
  const arrived = (await runtime.ledger.read(entry, until))?.decision;
  if (arrived !== undefined) return arrived;
  if (runtime.time.now() < deferral.until) return waiting;
  const tooLate = failedDecision(
    `the answer was left to somebody else, who gave none until ${new Date(deferral.until).toISOString()}`,
    'failed',
  );
  // `complete` may win this race; then its outcome is the one that counts.
  return runtime.ledger.decide(entry, service.fit(tooLate), until);
}

function plain(details: object): { [key: string]: Json | undefined } {
  return { ...details } as { [key: string]: Json | undefined };
}
