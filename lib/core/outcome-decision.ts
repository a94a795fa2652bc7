import type { Callback } from './callback.ts';
import { deferralOf, encodeContinuation } from './continuation.ts';
import { type Decision, failedDecision } from './decision.ts';
import type { Json, Outcome } from './outcome.ts';
import type { Runtime } from './runtime.ts';
import type { ResultApi } from './service.ts';

/** What an outcome needs to become a decision. */
export interface DecisionEnvironment {
  readonly service: ResultApi;
  readonly callback: Callback;
  readonly runtime: Pick<Runtime, 'ledger' | 'time'>;
  /** No ledger call begins after this moment, in milliseconds since the epoch. */
  readonly until: number;
}

/** The decision that an outcome of run number `run` becomes. @throws InvalidOutcomeError, LedgerError */
export async function decisionOf(
  outcome: Outcome,
  environment: DecisionEnvironment & { run: number },
): Promise<Decision> {
  const { service, callback, runtime, until, run } = environment;
  const details = plain(outcome.details);
  if (outcome.kind === 'succeeded') return service.fit({ kind: 'succeeded', details });
  if (outcome.kind === 'failed') {
    return service.fit({ kind: 'failed', reason: outcome.reason, category: 'failed', details });
  }
  const encode = { limit: service.tokenLimit, callback, ledger: runtime.ledger, until };
  const now = runtime.time.now();
  if (outcome.kind === 'continued') {
    const { state, delayMs } = outcome;
    const token = await encodeContinuation({ run: run + 1, notBefore: now + delayMs, state }, encode);
    return service.fit({ kind: 'continued', token, details });
  }
  // Whoever was handed the callback may have been faster than the logic itself.
  const early = await runtime.ledger.read(deferralOf(callback), until);
  if (early?.decision !== undefined) return early.decision;
  const deferral = { id: callback.id, until: now + outcome.withinMs };
  const token = await encodeContinuation({ run: run + 1, notBefore: now, state: null, deferral }, encode);
  return service.fit({ kind: 'continued', token, deferral: callback.id, details });
}

/**
 * The decision for a delivery that only asks whether a deferred callback has been completed: its outcome, "not yet",
 * or "too late".
 */
export async function resumeDeferral(
  deferral: { readonly id: string; readonly until: number },
  waiting: Decision,
  { service, callback, runtime, until }: DecisionEnvironment,
): Promise<Decision> {
  const entry = deferralOf(callback, deferral.id);
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
