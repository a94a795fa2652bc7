import type { Callback } from './callback.ts';
import type { Decision } from './decision.ts';

/**
 * The table of decisions: one entry for each callback, at most one decision in each, made by a conditional write.
 *
 * Every method retries throttling, 5xx and network errors until `until` (milliseconds since the epoch).
 */
export interface Ledger {
  /**
   * Claims a callback before user logic runs, so that it is known from here on, whatever happens.
   *
   * @throws LedgerError
   */
  open(callback: Callback, claim: Claim, until: number): Promise<Opening>;
  /**
   * Makes the decision, unless one stands already.
   *
   * @returns the decision that stands: this one, or an earlier one
   * @throws LedgerError
   */
  decide(callback: Callback, decision: Decision, until: number): Promise<Decision>;
  /**
   * Puts a failure in the place of a decision whose request the service refuses as invalid; nothing else may.
   *
   * @returns the decision that stands
   * @throws LedgerError
   */
  amend(callback: Callback, refused: Decision, replacement: Decision, until: number): Promise<Decision>;
  /**
   * Ends a claim with nothing but a later run: stored before the delivery is brought back, so that it is not lost.
   *
   * @returns undefined, or the decision that stands already
   * @throws LedgerError
   */
  postpone(callback: Callback, claim: Claim, postponement: Postponement, until: number): Promise<Decision | undefined>;
  /** Ends a claim without a decision: the next delivery runs the logic again. @throws LedgerError */
  release(callback: Callback, claim: Claim, until: number): Promise<void>;
  /** @returns the entry, or undefined. @throws LedgerError */
  read(callback: Callback, until: number): Promise<LedgerEntry | undefined>;
  /** {@link Ledger.read} by the key of the entry. @throws LedgerError */
  readKey(key: string, until: number): Promise<LedgerEntry | undefined>;
  /** Keeps a continuation's state that is too large for the service's token. @throws LedgerError */
  putState(key: string, state: string, until: number): Promise<void>;
  /** @throws LedgerError */
  getState(key: string, until: number): Promise<string | undefined>;
  /** Forgets a state; does nothing where there is none. @throws LedgerError */
  removeState(key: string, until: number): Promise<void>;
  /** The keys of all states that equal `state`. A scan: for processes that start, not for functions. @throws LedgerError */
  findStates(state: string, until: number): Promise<readonly string[]>;
  /** All callbacks without a decision, oldest first. A scan: for people, not for functions. @throws LedgerError */
  listOpen(until: number): Promise<readonly LedgerEntry[]>;
}

/** Who works on a callback, and for how long at most. */
export interface Claim {
  /** Unique to the attempt. */
  readonly owner: string;
  /** Lambda's request id. */
  readonly requestId: string;
  /** The number of the run that the delivery asks for; the first is 1. */
  readonly run: number;
  /** How long the attempt can live, in milliseconds: the function's remaining time. */
  readonly leaseMs: number;
}

/** A delivery that comes back for its next run. */
export interface Postponement {
  readonly kind: 'postponed';
  /** The number of that run. */
  readonly run: number;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  /** What the next run needs. */
  readonly token: string;
}

/** What a claim met. */
export type Opening =
  /** The callback is the caller's. `died` when an earlier attempt ended without a word. */
  | { readonly status: 'claimed'; readonly died: boolean }
  | { readonly status: 'decided'; readonly decision: Decision }
  /** A later run waits for its time; this delivery belongs to an earlier one. */
  | { readonly status: 'postponed'; readonly token: string; readonly dueAt: number }
  /** A later run is at work; this delivery belongs to an earlier one. */
  | { readonly status: 'superseded' }
  /** Another attempt may still be alive. */
  | { readonly status: 'busy'; readonly leaseUntil: number };

/** One entry as it stands. */
export interface LedgerEntry {
  readonly callback: Callback | undefined;
  readonly key: string;
  readonly decision: Decision | undefined;
  /** When it was decided, in milliseconds since the epoch, to the second; undefined where it is not. */
  readonly decidedAt: number | undefined;
  readonly requestId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly leaseUntil: number | undefined;
  /** The number of the run that the entry is in or waits for. */
  readonly run: number;
  /** Whether nobody works on it: it was given back, or waits for its next run. */
  readonly released: boolean;
  /** When the next run is due, in milliseconds since the epoch, where the delivery was put off and no run has begun since. */
  readonly dueAt: number | undefined;
  /** Milliseconds since the epoch. */
  readonly openedAt: number | undefined;
}

/**
 * How long an entry is kept, in seconds: 15 days. A queue keeps a message for at most 14 days, and whoever redrives
 * it on the last one must still find the decision.
 */
export const LEDGER_RETENTION_SECONDS = 15 * 24 * 3600;

/** The key of a callback's entry. */
export function ledgerKey(callback: Pick<Callback, 'service' | 'id'>): string {
  return `${callback.service}#${callback.id}`;
}
