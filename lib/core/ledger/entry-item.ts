import { type FoundItem, isRegion } from '../../aws/index.ts';
import { ledgerAttributes as names } from '../../constants.ts';
import { type Details, isDecision } from '../decision.ts';
import type { Json } from '../json.ts';
import { isExecution } from '../runner.ts';
import { ENTRY_VERSION, type Entry, type EntryState } from './entry.ts';

/** An attribute of an entry, by its name in the code. */
export type EntryAttribute = keyof typeof names;

/** The last moment that a date can be, in milliseconds since the epoch (ECMA-262, time values). */
const LATEST_DATE_MS = 8.64e15;

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
/** A moment, in whole or broken units since the epoch, that a date can be. */
const moment = (value: unknown) => (Number(value) >= 0 && Number(value) <= LATEST_DATE_MS ? number(value) : undefined);
const object = (value: unknown) => {
  const parsed = parseJson(value)?.value;
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Details) : undefined;
};
const texts = (value: unknown) => {
  const parsed = object(value);
  const isSound = parsed !== undefined && Object.values(parsed).every((member) => typeof member === 'string');
  return isSound ? (parsed as Readonly<Record<string, string>>) : undefined;
};

const execution = (value: unknown) => {
  const parsed = object(value);
  return isExecution(parsed) ? parsed : undefined;
};

/** How each attribute is read; undefined for what no entry holds there. */
const READERS = {
  key: text,
  status: text,
  version: number,
  expiration: moment,
  inProgressExpiration: moment,
  // It becomes a part of a host's name.
  region: (value: unknown) => (typeof value === 'string' && isRegion(value) ? value : undefined),
  // One without a member names nothing that could be answered.
  ticket: (value: unknown) => (Object.keys(texts(value) ?? {}).length === 0 ? undefined : texts(value)),
  run: (value: unknown) => (Number.isInteger(value) && Number(value) >= 1 ? number(value) : undefined),
  owner: text,
  requestId: text,
  openedAt: moment,
  takenAt: moment,
  acknowledged: (value: unknown) => (value === 'yes' || value === 'unknown' ? value : undefined),
  dueAt: moment,
  awaitsUntil: moment,
  silenceMs: moment,
  heardAt: moment,
  progress: object,
  execution,
  state: parseJson,
  stateRow: text,
  data: (value: unknown) => parseJson(value) ?? { value: undefined },
  decidedAt: moment,
  reported: (value: unknown) => (typeof value === 'boolean' ? value : undefined),
  phase: text,
} as const satisfies Record<EntryAttribute, (value: unknown) => unknown>;

/** An item as far as it can be read. */
type Row = { readonly [Name in EntryAttribute]?: ReturnType<(typeof READERS)[Name]> };

/** What every entry has, and what one without a decision has beside that. */
const NEEDED = ['region', 'run', 'openedAt'] as const;
const PHASE_NEEDS: ReadonlyMap<string, readonly EntryAttribute[]> = new Map([
  ['running', ['ticket', 'owner', 'inProgressExpiration']],
  ['waiting', ['dueAt', 'progress']],
]);

/**
 * Reads a row of the table as an entry. What another version wrote, or somebody damaged, is an entry that says so; it is
 * never taken for a decision, nor for an absent one.
 *
 * @returns undefined for a row of another kind, and for an entry that has expired and is not deleted yet
 */
export function readEntry(item: FoundItem<EntryAttribute>, now: number): Entry | undefined {
  const known = (Object.keys(READERS) as EntryAttribute[]).filter((name) => item[name] !== undefined);
  const row = Object.fromEntries(known.map((name) => [name, READERS[name](item[name])])) as Row;
  if (item.status === undefined && item.version === undefined) return undefined;
  if ((row.expiration ?? Number.POSITIVE_INFINITY) * 1000 < now) return undefined;
  const { key = '', region = '', run = 1, openedAt = 0, takenAt = 0, requestId, acknowledged } = row;
  const ticket = row.ticket && { region, data: row.ticket };
  const left = row.stateRow === undefined ? row.state : { row: row.stateRow };
  const damaged = known.find((name) => row[name] === undefined);
  const state = readState(row, damaged);
  return {
    key,
    region,
    ticket,
    run,
    openedAt,
    takenAt,
    requestId,
    acknowledged,
    left,
    execution: row.execution,
    state,
  };
}

function readState(row: Row, damaged: EntryAttribute | undefined): EntryState {
  const { version, status = '', phase } = row;
  if (version !== ENTRY_VERSION)
    return unreadable(`is of version ${version ?? '(none)'}, and this function knows ${ENTRY_VERSION}`);
  if (damaged !== undefined)
    return unreadable(`is damaged: its attribute ${names[damaged]} is not what an entry has there`);
  const needed = [...NEEDED, ...(status === 'COMPLETED' ? [] : (PHASE_NEEDS.get(phase ?? '') ?? []))];
  const missing = needed.find((name) => row[name] === undefined);
  if (missing !== undefined) return unreadable(`is damaged: it has no attribute ${names[missing]}`);
  if (status === 'COMPLETED') return readDecided(row);
  if (status !== 'INPROGRESS') return unreadable(`has the unknown status ${JSON.stringify(status.slice(0, 40))}`);
  const {
    owner = '',
    inProgressExpiration: until = 0,
    dueAt = 0,
    awaitsUntil,
    silenceMs,
    heardAt,
    progress = {},
  } = row;
  if (phase === 'running') return { kind: phase, owner, until };
  if (phase === 'given-back') return { kind: phase };
  if (phase === 'waiting') return { kind: phase, dueAt, awaitsUntil, silenceMs, heardAt, progress };
  return unreadable(`is in the unknown phase ${JSON.stringify(phase?.slice(0, 40))}`);
}

function readDecided({ data, decidedAt = 0, awaitsUntil, reported }: Row): EntryState {
  const decision = data?.value;
  if (!isDecision(decision)) return unreadable('holds a decision that is neither success nor failure');
  return { kind: 'decided', decision, decidedAt, awaitedUntil: awaitsUntil, reported };
}

function unreadable(what: string): EntryState {
  return { kind: 'unreadable', why: `its entry in the ledger ${what}` };
}

/** What a JSON text holds; undefined where it is none. */
export function parseJson(value: unknown): { readonly value: Json } | undefined {
  try {
    return typeof value === 'string' ? { value: JSON.parse(value) as Json } : undefined;
  } catch {
    return undefined;
  }
}
