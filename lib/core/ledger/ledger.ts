import type { Decision } from '../decision.ts';
import type { Json } from '../json.ts';
import type { Asked, Entry, Lease, Ticket } from './entry.ts';
import type { Found, GivingBack, Heard, NextRun } from './transitions.ts';

/**
 * The table of entries. Each method is one conditional request; a second one only where a lease is over, an entry has
 * expired, or a state has a row of its own. All retry throttling, 5xx and network errors until `until` (milliseconds
 * since the epoch), and throw LedgerError.
 */
export interface Ledger {
  /** Takes the entry for a run of the logic where that may begin, and tells what stands where it may not. */
  take(asked: Asked, lease: Lease, until: number): Promise<Found>;
  /**
   * Notes that the service has acknowledged the entry's ticket as ours.
   *
   * @param ticket - what takes the place of the entry's, where another was acknowledged for it
   */
  noteAcknowledged(key: string, until: number, ticket?: Ticket): Promise<void>;
  /**
   * Ends a lease with a later run: stored before the delivery is put off, so that it is not lost.
   *
   * @returns undefined, or what stands where the lease is lost
   */
  wait(key: string, owner: string, waiting: NextRun, until: number): Promise<Entry | undefined>;
  /** Ends a lease without a decision: the next delivery runs the logic. Does nothing where the lease is lost. */
  giveBack(key: string, owner: string, how: GivingBack, until: number): Promise<void>;
  /** Notes a sign of life of whoever is to answer; false where the entry does not wait for anybody in that run. */
  noteHeard(key: string, heard: Heard, until: number): Promise<boolean>;
  /**
   * Makes the decision, unless one stands, or the lease that it came of is lost or was given back.
   *
   * @returns undefined where there is no entry, and `by` makes none
   */
  decide(key: string, decision: Decision, by: Decider, until: number): Promise<Decided | undefined>;
  /** Puts a failure in the place of a decision whose request the service refuses as invalid; nothing else may. */
  amend(key: string, refused: Decision, replacement: Decision, until: number): Promise<Decision>;
  /** Notes whether the service was told of the decision, where that is not plain: for `ringback open` and for help. */
  noteReported(key: string, reported: boolean, until: number): Promise<void>;
  /** What the last run left; undefined where it left nothing. @throws InvalidOutcomeError when that is gone or damaged */
  left(entry: Entry, until: number): Promise<Json | undefined>;
  read(key: string, until: number): Promise<Entry | undefined>;
  /**
   * All entries, oldest first. A scan: for people and for processes that start, not for functions.
   *
   * @param pageMs - how long each page of the table is tried, in milliseconds
   */
  list(pageMs: number): Promise<readonly Entry[]>;
}

/** On whose word a decision is made. */
export type Decider =
  /** An attempt's, whose lease must stand. */
  | { readonly owner: string }
  /** Somebody's who answers in its place: the delivery that is answered, so that an entry is made where there is none. */
  | { readonly asked: Asked }
  /** That of `complete`. */
  | { readonly entry: 'must stand' };

/** What came of a decision. */
export interface Decided {
  /** Whether it is the one that was asked for, made just now. */
  readonly isOwn: boolean;
  /** The entry as it stands; undecided where the lease was lost to another attempt. */
  readonly entry: Entry;
}
