import type { Decision, Details } from '../decision.ts';
import type { Json } from '../json.ts';
import type { Execution } from '../runner.ts';

/** Where the answer goes at the moment, as its service named it: ids and tokens, some of them secrets. */
export interface Ticket {
  readonly region: string;
  readonly data: Readonly<Record<string, string>>;
}

/**
 * What one service waits for, from its first delivery to its decision: one row of the ledger. Times are milliseconds
 * since the epoch.
 */
export interface Entry {
  /** `service#id` of the first delivery. */
  readonly key: string;
  /** Where the service waits, also while there is no ticket. */
  readonly region: string;
  /** What the answer is given with. Absent while the entry waits at a service that hands out a new one for each run. */
  readonly ticket?: Ticket | undefined;
  /** The number of the run that the entry is in or waits for; the first is 1. */
  readonly run: number;
  /** When the first delivery came. */
  readonly openedAt: number;
  /** When this run was first taken. */
  readonly takenAt: number;
  /** Lambda's request id of the attempt that took it last. */
  readonly requestId?: string | undefined;
  /** Whether this ticket's job is ours, where the service wants that acknowledged; absent where nobody has asked. */
  readonly acknowledged?: 'yes' | 'unknown' | undefined;
  /** The state that the last run left, or the key of the row that holds it. */
  readonly left?: { readonly value: Json } | { readonly row: string } | undefined;
  /** What the answer is left to, or was; absent where Ringback started nothing. */
  readonly execution?: Execution | undefined;
  readonly state: EntryState;
}

/** What an entry is. */
export type EntryState =
  /** An attempt has the right to work on it until a moment. */
  | { readonly kind: 'running'; readonly owner: string; readonly until: number }
  /** The attempt asked to be run again. */
  | { readonly kind: 'given-back' }
  | ({ readonly kind: 'waiting' } & Waiting)
  | {
      readonly kind: 'decided';
      readonly decision: Decision;
      readonly decidedAt: number;
      /** Until when somebody else might have decided, where the entry waited for that. */
      readonly awaitedUntil?: number | undefined;
      /** Whether the service has been told, where somebody took note of it. */
      readonly reported?: boolean | undefined;
    }
  /** Written by another version, or damaged: nobody can say what was decided. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** What an entry waits for. */
export interface Waiting {
  /** When the run is due that it waits for. */
  readonly dueAt: number;
  /** Until when somebody else may decide by `complete`; absent where the logic runs again. */
  readonly awaitsUntil?: number | undefined;
  /** How long somebody else may go unheard of, in milliseconds; as long as `awaitsUntil` where it is absent. */
  readonly silenceMs?: number | undefined;
  /** When somebody else was heard of last: when that was left to them, or they told their progress. */
  readonly heardAt?: number | undefined;
  /** What the service is told of the work meanwhile. */
  readonly progress: Details;
}

/** The right of one attempt to work on an entry. */
export interface Lease {
  /** Unique to the attempt. */
  readonly owner: string;
  /** Lambda's request id. */
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** What a delivery asks for. */
export interface Asked {
  readonly key: string;
  readonly ticket: Ticket;
  readonly run: number;
}

/** The version of what is written; a reader refuses any other. */
export const ENTRY_VERSION = 1;

/** The key of an entry: of the service and the id of its first delivery. */
export function entryKey(service: string, id: string): string {
  return `${service}#${id}`;
}

/** The id within the key of an entry. */
export function idOfKey(key: string): string {
  return key.slice(key.indexOf('#') + 1);
}

/** Whether a service is known to be without the answer that was decided: it waits for the next delivery, or for help. */
export function isKnownUnreported({ state, ticket }: Entry): boolean {
  if (state.kind !== 'decided' || state.reported === true) return false;
  return state.reported === false || ticket === undefined;
}
