import type { Decision, Details } from '../decision.ts';
import type { Json } from '../json.ts';
import type { Execution } from '../runner.ts';
import type { Asked, Entry, EntryState, Lease, Waiting } from './entry.ts';

/** What a delivery meets when it asks for its entry. */
export type Found =
  /** It is the caller's. `died` where an earlier attempt at this run ended without a word. */
  | { readonly kind: 'run'; readonly died: boolean; readonly entry: Entry }
  /** It is not due, or somebody else is to answer: the delivery is put off again. */
  | { readonly kind: 'wait'; readonly waiting: Waiting; readonly entry: Entry }
  /** Nobody has answered until this moment, in milliseconds since the epoch; or been heard of for so long. */
  | {
      readonly kind: 'late';
      readonly awaitedUntil: number;
      readonly silenceMs?: number | undefined;
      readonly entry: Entry;
    }
  | { readonly kind: 'decided'; readonly decision: Decision; readonly entry: Entry }
  /** Another attempt may still be alive. */
  | { readonly kind: 'busy'; readonly until: number }
  /** A later run has begun, so this delivery's has been answered. */
  | { readonly kind: 'superseded' }
  /** The entry of a later run is gone. */
  | { readonly kind: 'lost' }
  /** The entry has not come to the run that is asked for: what brings its number is damaged, or the ledger an older copy. */
  | { readonly kind: 'ahead'; readonly run: number; readonly entryRun: number }
  | { readonly kind: 'unreadable'; readonly why: string };

/** A run that comes this much too early is due all the same, in milliseconds: clocks differ, and timers round. */
export const EARLY_TOLERANCE_MS = 5_000;

/**
 * What comes of a delivery, by what stands: the one table of the ledger's rules for those who ask.
 *
 * @param owner - of the attempt that asks; it knows its own lease again when the answer to its write was lost
 */
export function find(
  entry: Entry | undefined,
  { run }: Pick<Asked, 'run'>,
  owner: string,
  now: number,
): Found | { readonly kind: 'absent' } {
  if (entry === undefined) return { kind: run === 1 ? 'absent' : 'lost' };
  const { state } = entry;
  if (state.kind === 'unreadable') return state;
  if (state.kind === 'decided') return { kind: 'decided', decision: state.decision, entry };
  if (run > entry.run) return { kind: 'ahead', run, entryRun: entry.run };
  if (state.kind === 'waiting') {
    if (run === entry.run) return findWaiting(entry, state, now);
    // The run that put it off, again: it may have died before it could say so.
    return run === entry.run - 1 ? { kind: 'wait', waiting: state, entry } : { kind: 'superseded' };
  }
  if (run < entry.run) return { kind: 'superseded' };
  if (state.kind === 'given-back' || state.owner === owner) return { kind: 'run', died: false, entry };
  return state.until >= now ? { kind: 'busy', until: state.until } : { kind: 'run', died: true, entry };
}

function findWaiting(entry: Entry, waiting: Waiting, now: number): Found {
  const { dueAt, awaitsUntil, silenceMs, heardAt = 0 } = waiting;
  if (awaitsUntil === undefined) {
    return dueAt - EARLY_TOLERANCE_MS <= now ? { kind: 'run', died: false, entry } : { kind: 'wait', waiting, entry };
  }
  if (awaitsUntil <= now) return { kind: 'late', awaitedUntil: awaitsUntil, entry };
  const awaitedUntil = heardAt + (silenceMs ?? Number.POSITIVE_INFINITY);
  return awaitedUntil <= now ? { kind: 'late', awaitedUntil, silenceMs, entry } : { kind: 'wait', waiting, entry };
}

/** The entry when a delivery has taken it. */
export function taken(entry: Entry | undefined, asked: Asked, lease: Lease, now: number): Entry {
  const isAgain = entry !== undefined && entry.state.kind !== 'waiting';
  const { owner, until, requestId } = lease;
  return {
    key: asked.key,
    region: asked.ticket.region,
    ticket: asked.ticket,
    run: asked.run,
    openedAt: entry?.openedAt ?? now,
    takenAt: isAgain ? entry.takenAt : now,
    requestId,
    acknowledged: entry?.acknowledged,
    left: entry?.left,
    state: { kind: 'running', owner, until },
  };
}

/** The run that an entry waits for. */
export interface NextRun extends Waiting {
  /** Its number. */
  readonly run: number;
  /** What it finds; undefined where somebody else is to answer. */
  readonly left?: Json;
  /** Whether the answer is given with the same ticket then: the service hands out no new one. */
  readonly keepsTicket: boolean;
  /** What the answer is left to. */
  readonly execution?: Execution | undefined;
}

/** The entry when it waits for its next run. */
export function waited(entry: Entry, { run, left, keepsTicket, execution, ...waiting }: NextRun): Entry {
  return {
    ...entry,
    run,
    ticket: keepsTicket ? entry.ticket : undefined,
    acknowledged: undefined,
    left: left === undefined ? undefined : { value: left },
    execution,
    state: { kind: 'waiting', ...waiting },
  };
}

/** A sign of life of whoever is to answer. */
export interface Heard {
  /** The run that waits for them. */
  readonly run: number;
  /** What the service is told from now on. */
  readonly progress: Details;
  /** When a message is to bring the delivery back, where one does. */
  readonly dueAt?: number | undefined;
}

/** The entry when whoever is to answer was heard of. */
export function heardOf(entry: Entry, { progress, dueAt }: Heard, now: number): Entry {
  if (entry.state.kind !== 'waiting') return entry;
  return { ...entry, state: { ...entry.state, progress, dueAt: dueAt ?? entry.state.dueAt, heardAt: now } };
}

/** Whether an entry waits for somebody else, in this run. */
export function awaits({ run: its, state }: Entry, run: number): boolean {
  return its === run && state.kind === 'waiting' && state.awaitsUntil !== undefined;
}

/** How an entry is given back: with its ticket, or without one where that is used up. */
export interface GivingBack {
  readonly acknowledged?: 'unknown';
  readonly dropsTicket?: boolean;
}

/** The entry when its attempt gave it back. */
export function givenBack(entry: Entry, { acknowledged, dropsTicket = false }: GivingBack): Entry {
  return {
    ...entry,
    ticket: dropsTicket ? undefined : entry.ticket,
    acknowledged: dropsTicket ? undefined : (acknowledged ?? entry.acknowledged),
    state: { kind: 'given-back' },
  };
}

/** The entry with its decision; `asked` where there was none, so that whoever comes finds one. */
export function decided(entry: Entry | undefined, decision: Decision, asked: Asked | undefined, now: number): Entry {
  const awaitedUntil = entry?.state.kind === 'waiting' ? entry.state.awaitsUntil : undefined;
  const state: EntryState = { kind: 'decided', decision, decidedAt: now, awaitedUntil };
  if (entry !== undefined) return { ...entry, ticket: entry.ticket ?? asked?.ticket, left: undefined, state };
  const { key, run, ticket } = asked as Asked;
  return { key, region: ticket.region, ticket, run, openedAt: now, takenAt: now, state };
}

/** Whether an attempt still has the right to change the entry. */
export function isOwn(entry: Entry | undefined, owner: string): boolean {
  return entry?.state.kind === 'running' && entry.state.owner === owner;
}
