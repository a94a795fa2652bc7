import { ledgerAttributes as names } from '../../constants.ts';
import { type Decision, type Details, isDecision } from '../decision.ts';
import type { Json } from '../outcome.ts';
import { ENTRY_VERSION, type Entry, type EntryState } from './entry.ts';

type Shape = (item: Item, name: string) => boolean;

/** The last moment that a date can be, in milliseconds since the epoch (ECMA-262, time values). */
const LATEST_DATE_MS = 8.64e15;
/** What every entry has. */
const NEEDED = ['region', 'run', 'openedAt'] as const;
/** What an entry without a decision has beside that. */
const PHASE_NEEDS: Readonly<Record<string, readonly (keyof typeof names)[]>> = {
  running: ['ticket', 'owner', 'inProgressExpiration'],
  waiting: ['dueAt', 'progress'],
};

/** A DynamoDB item on the wire, as far as the ledger uses its types. */
export type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string; readonly BOOL?: boolean }>>;

/**
 * Reads a row of the table as an entry. What another version wrote, or somebody damaged, is an entry that says so; it is
 * never taken for a decision, nor for an absent one.
 *
 * @returns undefined for a row of another kind, and for an entry that has expired and is not deleted yet
 */
export function readEntry(item: Item, now: number): Entry | undefined {
  const status = text(item, names.status);
  if (status === undefined && item[names.version] === undefined) return undefined;
  if ((number(item, names.expiration) ?? Number.POSITIVE_INFINITY) * 1000 < now) return undefined;
  const ticket = readTicket(item);
  const region = text(item, names.region) ?? '';
  return {
    key: text(item, names.key) ?? '',
    region,
    ticket: ticket === undefined ? undefined : { region, data: ticket },
    run: number(item, names.run) ?? 1,
    openedAt: number(item, names.openedAt) ?? 0,
    takenAt: number(item, names.takenAt) ?? 0,
    requestId: text(item, names.requestId),
    acknowledged: text(item, names.acknowledged) as Entry['acknowledged'],
    left: readLeft(item),
    state: readState(item, status ?? ''),
  };
}

/** The members of a ticket; undefined where there is none, or it is damaged. */
function readTicket(item: Item): Readonly<Record<string, string>> | undefined {
  const ticket = json(text(item, names.ticket));
  if (typeof ticket !== 'object' || ticket === null || Array.isArray(ticket)) return undefined;
  return ticket as Readonly<Record<string, string>>;
}

function readLeft(item: Item): Entry['left'] {
  const row = text(item, names.stateRow);
  if (row !== undefined) return { row };
  const value = json(text(item, names.state));
  return value === undefined ? undefined : { value: value as Json };
}

function readState(item: Item, status: string): EntryState {
  const version = number(item, names.version);
  if (version !== ENTRY_VERSION) {
    return unreadable(`is of version ${version ?? '(none)'}, and this function knows ${ENTRY_VERSION}`);
  }
  const damaged = damagedAttribute(item);
  if (damaged !== undefined) return unreadable(`is damaged: its attribute ${damaged} is not what an entry has there`);
  if (status === 'COMPLETED') return readDecided(item);
  if (status !== 'INPROGRESS') return unreadable(`has the unknown status ${JSON.stringify(status.slice(0, 40))}`);
  const phase = text(item, names.phase);
  const missing = (PHASE_NEEDS[phase ?? ''] ?? []).find((name) => item[names[name]] === undefined);
  if (missing !== undefined) return unreadable(`is damaged: it has no attribute ${names[missing]}`);
  switch (phase) {
    case 'running':
      return {
        kind: phase,
        owner: text(item, names.owner) ?? '',
        until: number(item, names.inProgressExpiration) ?? 0,
      };
    case 'given-back':
      return { kind: phase };
    case 'waiting':
      return {
        kind: phase,
        dueAt: number(item, names.dueAt) ?? 0,
        awaitsUntil: number(item, names.awaitsUntil),
        progress: (json(text(item, names.progress)) ?? {}) as Details,
      };
    default:
      return unreadable(`is in the unknown phase ${JSON.stringify(phase?.slice(0, 40))}`);
  }
}

function readDecided(item: Item): EntryState {
  const decision = json(text(item, names.data));
  if (!isDecision(decision)) return unreadable('holds a decision that is neither success nor failure');
  const decidedAt = number(item, names.decidedAt) ?? 0;
  return { kind: 'decided', decision: decision as Decision, decidedAt, reported: item[names.reported]?.BOOL };
}

function unreadable(what: string): EntryState {
  return { kind: 'unreadable', why: `its entry in the ledger ${what}` };
}

function text(item: Item, name: string): string | undefined {
  return item[name]?.S;
}

function number(item: Item, name: string): number | undefined {
  const value = item[name]?.N;
  return value === undefined ? undefined : Number(value);
}

/** The first attribute that is absent but must not be, or holds what no entry holds there. */
function damagedAttribute(item: Item): string | undefined {
  const missing = NEEDED.find((name) => item[names[name]] === undefined);
  const known = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
  const found = missing ?? known.find((name) => item[names[name]] !== undefined && !SHAPES[name](item, names[name]));
  return found && names[found];
}

function json(value: string | undefined): unknown {
  try {
    return value === undefined ? undefined : JSON.parse(value);
  } catch {
    return undefined;
  }
}

const isText: Shape = (item, name) => text(item, name) !== undefined;
/** A moment, in whole or broken units since the epoch, that a date can be. */
const isMoment: Shape = (item, name) => {
  const value = number(item, name) ?? Number.NaN;
  return value >= 0 && value <= LATEST_DATE_MS;
};
const isObject: Shape = (item, name) => {
  const value = json(text(item, name));
  return typeof value === 'object' && value !== null && !Array.isArray(value);
};

/** What each attribute holds where it is there. */
const SHAPES = {
  expiration: isMoment,
  inProgressExpiration: isMoment,
  region: isText,
  ticket: (item, name) =>
    isObject(item, name) && Object.values(readTicket(item) ?? {}).every((member) => typeof member === 'string'),
  run: (item, name) => Number.isInteger(number(item, name)) && (number(item, name) ?? 0) >= 1,
  owner: isText,
  requestId: isText,
  openedAt: isMoment,
  takenAt: isMoment,
  acknowledged: (item, name) => ['yes', 'unknown'].includes(text(item, name) ?? ''),
  dueAt: isMoment,
  awaitsUntil: isMoment,
  progress: isObject,
  state: (item, name) => json(text(item, name)) !== undefined,
  stateRow: isText,
  decidedAt: isMoment,
  reported: (item, name) => typeof item[name]?.BOOL === 'boolean',
} as const satisfies Partial<Record<keyof typeof names, Shape>>;
