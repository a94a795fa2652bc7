import type { IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import type { ItemUpdate } from '../../aws/index.ts';
import { LEDGER_RETENTION_SECONDS } from '../../lifetimes.ts';
import { type Asked, ENTRY_VERSION, type Entry, type Lease } from './entry.ts';
import type { EntryAttribute } from './entry-item.ts';
import type { Decider } from './ledger.ts';
import { EARLY_TOLERANCE_MS, type GivingBack, type Heard, type NextRun } from './transitions.ts';

/**
 * One conditional write of an entry. Its condition is without parentheses: some emulators take milliseconds to parse
 * nested ones.
 */
export type EntryUpdate = ItemUpdate<EntryAttribute>;

/** When a write holds: the rules of `find`, in DynamoDB's words. */
export type Condition = Pick<EntryUpdate, 'when' | 'values'>;

const OPEN = '#status = :inProgress AND #version = :version';

/** An entry that nobody works on and whose run may begin: absent, given back, or waiting and due. */
export function freeCondition(run: number, now: number): Condition {
  const givenBack = `${OPEN} AND #run = :run AND #phase = :givenBack`;
  const values = { inProgress: 'INPROGRESS', version: ENTRY_VERSION, run, givenBack: 'given-back' };
  if (run === 1) {
    const when = `attribute_not_exists(#key) OR #expiration < :nowSeconds OR ${givenBack}`;
    return { when, values: { ...values, nowSeconds: Math.floor(now / 1000) } };
  }
  const due = `${OPEN} AND #run = :run AND #phase = :waiting AND #dueAt <= :soon AND attribute_not_exists(#awaitsUntil)`;
  return { when: `${givenBack} OR ${due}`, values: { ...values, waiting: 'waiting', soon: now + EARLY_TOLERANCE_MS } };
}

/** The entry of an attempt that has died: its lease stands as it was seen, and is over. */
export function deadCondition({ run, state }: Entry): Condition {
  return {
    when: `${OPEN} AND #run = :run AND #phase = :phase AND #owner = :deadOwner`,
    values: {
      inProgress: 'INPROGRESS',
      version: ENTRY_VERSION,
      run,
      phase: 'running',
      deadOwner: state.kind === 'running' ? state.owner : '',
    },
  };
}

/** To take an entry for a run. */
export function takeUpdate(
  { key, ticket, run }: Asked,
  { owner, requestId, until }: Lease,
  record: IdempotencyRecord,
  condition: Condition,
  now: number,
): EntryUpdate {
  return {
    key,
    ...condition,
    set: {
      status: record.getStatus(),
      expiration: record.expiryTimestamp,
      inProgressExpiration: until,
      version: ENTRY_VERSION,
      phase: 'running',
      region: ticket.region,
      ticket: JSON.stringify(ticket.data),
      run,
      owner,
      requestId,
    },
    keep: { openedAt: now, takenAt: now },
    // An entry that has expired leaves neither a decision nor a state to the one that takes its place.
    remove: [
      'dueAt',
      'awaitsUntil',
      'silenceMs',
      'heardAt',
      'progress',
      ...(run === 1 ? (['data', 'execution', 'state', 'stateRow'] as const) : []),
    ],
    returnsNew: true,
  };
}

/** To end a lease with a later run. `left` is what that run finds, or where it stands. */
export function waitUpdate(
  key: string,
  owner: string,
  { run, dueAt, awaitsUntil, silenceMs, progress, keepsTicket, execution }: NextRun,
  left: { readonly state?: string | undefined; readonly stateRow?: string },
  now: number,
): EntryUpdate {
  const set = {
    phase: 'waiting',
    run,
    dueAt,
    awaitsUntil,
    silenceMs,
    heardAt: silenceMs === undefined ? undefined : now,
    progress: JSON.stringify(progress),
    execution: execution && JSON.stringify(execution),
    expiration: endOfLife(now),
    ...left,
  };
  const unset = (['awaitsUntil', 'silenceMs', 'heardAt', 'execution', 'state', 'stateRow'] as const).filter(
    (name) => set[name] === undefined,
  );
  const ticket = keepsTicket ? [] : (['ticket'] as const);
  // Once more after a lost answer: then it waits already, by this very write.
  const { when, values } = heldBy(owner);
  return {
    key,
    set,
    remove: ['takenAt', 'acknowledged', ...ticket, ...unset],
    when: `${when} AND #phase = :running OR ${when} AND #phase = :phase AND #run = :run`,
    values: { ...values, running: 'running' },
  };
}

/** To note a sign of life of whoever is to answer. */
export function heardUpdate(key: string, { run, progress, dueAt }: Heard, now: number): EntryUpdate {
  return {
    key,
    set: { heardAt: now, progress: JSON.stringify(progress), dueAt },
    when: `${OPEN} AND #run = :run AND #phase = :waiting AND attribute_exists(#awaitsUntil)`,
    values: { inProgress: 'INPROGRESS', version: ENTRY_VERSION, run, waiting: 'waiting' },
  };
}

/** To end a lease without a decision. */
export function giveBackUpdate(
  key: string,
  owner: string,
  { acknowledged, dropsTicket = false }: GivingBack,
  now: number,
): EntryUpdate {
  return {
    key,
    set: { phase: 'given-back', expiration: endOfLife(now), acknowledged },
    remove: dropsTicket ? ['ticket', 'acknowledged'] : [],
    ...heldBy(owner),
  };
}

/** To decide. */
export function decideUpdate(key: string, by: Decider, record: IdempotencyRecord, now: number): EntryUpdate {
  const set = {
    status: record.getStatus(),
    expiration: record.expiryTimestamp,
    data: JSON.stringify(record.responseData),
    decidedAt: now,
  };
  const remove = ['phase', 'dueAt', 'silenceMs', 'heardAt', 'progress', 'state', 'stateRow'] as const;
  const update = { key, remove, returnsNew: true };
  if ('owner' in by) {
    const { when, values } = heldBy(by.owner);
    return { ...update, set, when: `${when} AND #phase = :running`, values: { ...values, running: 'running' } };
  }
  const undecided = '#status <> :status AND #version = :version';
  if ('entry' in by) {
    return { ...update, set, when: `attribute_exists(#status) AND ${undecided}`, values: { version: ENTRY_VERSION } };
  }
  const { run, ticket } = by.asked;
  return {
    ...update,
    set: { ...set, version: ENTRY_VERSION },
    keep: {
      region: ticket.region,
      ticket: JSON.stringify(ticket.data),
      run,
      openedAt: now,
      takenAt: now,
    },
    when: `attribute_not_exists(#status) OR #expiration < :nowSeconds OR ${undecided}`,
    values: { nowSeconds: Math.floor(now / 1000) },
  };
}

/** Seconds since the epoch after which an entry that changes now may be deleted. */
export function endOfLife(now: number): number {
  return Math.round(now / 1000) + LEDGER_RETENTION_SECONDS;
}

/** That no other attempt has taken the entry, and nobody has decided; the attempt itself may have given it back. */
function heldBy(owner: string): Condition {
  return { when: '#status = :inProgress AND #owner = :owner', values: { inProgress: 'INPROGRESS', owner } };
}
