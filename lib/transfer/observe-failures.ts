import type { Callback } from '../core/callback.ts';
import type { Decision } from '../core/decision.ts';
import type { Ledger } from '../core/ledger.ts';

/**
 * A ledger that tells of each failure which was decided through it, and not of those that it only found: what is made
 * of a failure beside its report is then made once.
 */
export function observeFailures(
  ledger: Ledger,
  onFailure: (callback: Callback, decision: Decision & { readonly kind: 'failed' }) => void,
): Ledger {
  const tell = (callback: Callback, asked: Decision, standing: Decision) => {
    if (standing.kind === 'failed' && JSON.stringify(standing) === JSON.stringify(asked)) onFailure(callback, standing);
    return standing;
  };
  return {
    ...ledger,
    decide: async (callback, decision, until) =>
      tell(callback, decision, await ledger.decide(callback, decision, until)),
    amend: async (callback, refused, replacement, until) =>
      tell(callback, replacement, await ledger.amend(callback, refused, replacement, until)),
  };
}
