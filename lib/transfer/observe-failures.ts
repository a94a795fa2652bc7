import type { Callback } from '../core/callback.ts';
import type { Decision } from '../core/decision.ts';
import type { Ledger } from '../core/ledger.ts';

/** A failure that was just decided. `until` is the last moment for its report, in milliseconds since the epoch. */
export type FailureListener = (
  callback: Callback,
  decision: Decision & { readonly kind: 'failed' },
  until: number,
) => Promise<void>;

/**
 * A ledger that tells of each failure which was decided through it, and not of those that it only found: what is made
 * of a failure beside its report is then made once. The listener is waited for; the report comes after it.
 */
export function observeFailures(ledger: Ledger, onFailure: FailureListener): Ledger {
  async function tell(callback: Callback, asked: Decision, standing: Decision, until: number): Promise<Decision> {
    const isOwn = JSON.stringify(standing) === JSON.stringify(asked);
    if (standing.kind === 'failed' && isOwn) await onFailure(callback, standing, until);
    return standing;
  }
  return {
    ...ledger,
    decide: async (callback, decision, until) =>
      tell(callback, decision, await ledger.decide(callback, decision, until), until),
    amend: async (callback, refused, replacement, until) =>
      tell(callback, replacement, await ledger.amend(callback, refused, replacement, until), until),
  };
}
