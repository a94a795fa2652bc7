import type { Json } from './outcome.ts';

/** Why something failed, in words that every service can map to its own. */
export type FailureCategory = 'failed' | 'configuration' | 'permission' | 'unavailable' | 'crashed';

/**
 * The terminal outcome of one callback, as the ledger stores it: JSON, fitted to the service's limits already, so
 * that every report of it is the same request.
 */
export type Decision =
  | { readonly kind: 'succeeded'; readonly details: { readonly [key: string]: Json | undefined } }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly category: FailureCategory;
      readonly details: { readonly [key: string]: Json | undefined };
    }
  | {
      readonly kind: 'continued';
      /** What the service hands back at the next delivery. */
      readonly token: string;
      /** The callback waits for `complete`; its outcome arrives in this ledger entry. */
      readonly deferral?: string;
      readonly details: { readonly [key: string]: Json | undefined };
    };

/** A failed decision with no details. */
export function failedDecision(reason: string, category: FailureCategory): Decision & { kind: 'failed' } {
  return { kind: 'failed', reason, category, details: {} };
}
