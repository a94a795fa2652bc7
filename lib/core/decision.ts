import type { Json } from './json.ts';

/** Why something failed, in words that every service can map to its own. */
export type FailureCategory = 'failed' | 'configuration' | 'permission' | 'unavailable' | 'crashed';

/** What a decision carries beside its kind. */
export type Details = { readonly [member: string]: Json | undefined };

/** How work ended, as it was said: not redacted, not fitted to any limit. */
export type End =
  | { readonly kind: 'succeeded'; readonly details: Details }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly category: FailureCategory;
      readonly details: Details;
    };

declare const isFitted: unique symbol;

/**
 * The terminal outcome of one callback, as the ledger stores it: JSON, redacted and fitted to the service's limits, so
 * that every report of it is the same request.
 */
export type Decision = End & { readonly [isFitted]: true };

/** Says that an end has been redacted and fitted: the last step of every service's `fit`. */
export function fitted(end: End): Decision {
  return end as Decision;
}

/** A failure with no details. */
export function failedEnd(reason: string, category: FailureCategory): End & { readonly kind: 'failed' } {
  return { kind: 'failed', reason, category, details: {} };
}

/** Tells whether a stored value is a decision, and not that of a version to come or a damaged one. */
export function isDecision(value: unknown): value is Decision {
  const { kind, reason, details } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return false;
  return kind === 'succeeded' || (kind === 'failed' && typeof reason === 'string');
}
