import type { BasePersistenceLayer, IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import { AwsCallError, type FoundItem, openTable, type TableOptions } from '../../aws/index.ts';
import { ledgerAttributes } from '../../constants.ts';
import type { Decision } from '../decision.ts';
import { InvalidOutcomeError, LedgerError } from '../errors.ts';
import type { Asked, Entry, Lease } from './entry.ts';
import { type EntryAttribute, parseJson, readEntry } from './entry-item.ts';
import { EntryPersistence, type WriteRecord } from './entry-persistence.ts';
import {
  type Condition,
  deadCondition,
  decideUpdate,
  type EntryUpdate,
  endOfLife,
  freeCondition,
  giveBackUpdate,
  heardUpdate,
  takeUpdate,
  waitUpdate,
} from './entry-updates.ts';
import type { Decider, Ledger } from './ledger.ts';
import { INLINE_STATE_BYTES, stateText } from './limits.ts';
import { type Found, find, isOwn, type NextRun } from './transitions.ts';

/** What Powertools takes for the result of work: JSON. */
type Stored = Parameters<BasePersistenceLayer['saveSuccess']>[1];

/** What {@link createDynamoDbLedger} needs. */
export type DynamoDbLedgerOptions = Omit<TableOptions<EntryAttribute>, 'attributes'>;

/** What a conditional write came to, and the entry as it then stands. */
interface Written {
  readonly isDone: boolean;
  readonly entry: Entry | undefined;
}

/** Stands between the key of an entry and the run whose state a row of its own holds. */
const STATE_ROW = '#state#';

/** Tries to take an entry that others change meanwhile; who has no luck comes again. */
const MOST_TAKES = 3;

/** What a lease was given on; what the last run left may be damaged, and no run begins without it. */
function taken(entry: Entry, died: boolean): Found {
  return entry.state.kind === 'unreadable' ? entry.state : { kind: 'run', died, entry };
}

/** The ledger in DynamoDB, its records in the form of Powertools idempotency. */
export function createDynamoDbLedger(options: DynamoDbLedgerOptions): Ledger {
  const { tableName, time } = options;
  const table = openTable({ ...options, attributes: ledgerAttributes });

  /** Everything that goes wrong with the table leaves as one kind of error. */
  async function guarded<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof AwsCallError)) throw cause;
      throw new LedgerError(`the ledger table ${tableName} could not ${what}: ${cause.message}`, { cause });
    }
  }

  const entryOf = (item: FoundItem<EntryAttribute> | undefined) => item && readEntry(item, time.now());

  /** One conditional write: the entry as it then is, or what stands in its way. */
  async function write(update: EntryUpdate, until: number): Promise<Written> {
    const { isDone, item } = await table.update(update, until);
    return { isDone, entry: entryOf(item) };
  }

  /** A write by Powertools' persistence layer, which makes the record that it is given. */
  async function persisted(
    save: (layer: EntryPersistence) => Promise<void>,
    toUpdate: (record: IdempotencyRecord) => EntryUpdate,
    until: number,
  ): Promise<Written> {
    let written: Written = { isDone: false, entry: undefined };
    const writeRecord: WriteRecord = async (record) => {
      written = await write(toUpdate(record), until);
    };
    await save(new EntryPersistence(writeRecord));
    return written;
  }

  const taking = (asked: Asked, lease: Lease, condition: Condition, until: number) =>
    persisted(
      (layer) => layer.saveInProgress(asked.key, Math.max(1, lease.until - time.now())),
      (record) => takeUpdate(asked, lease, record, condition, time.now()),
      until,
    );

  async function take(asked: Asked, lease: Lease, until: number): Promise<Found> {
    let condition = freeCondition(asked.run, time.now());
    let died = false;
    for (let tries = 0; tries < MOST_TAKES; tries++) {
      const { isDone, entry } = await taking(asked, lease, condition, until);
      if (isDone && entry !== undefined) return taken(entry, died);
      const found = find(entry, asked, lease.owner, time.now());
      if (found.kind !== 'run' && found.kind !== 'absent') return found;
      // Its own lease already: only the answer was lost.
      if (found.kind === 'run' && isOwn(entry, lease.owner)) return { ...found, died };
      // Free only now, or its lease is over. That an attempt has died is asked for by a write of its own, since a lost
      // answer must not hide it.
      died = found.kind === 'run' && found.died;
      condition = died && entry !== undefined ? deadCondition(entry) : freeCondition(asked.run, time.now());
    }
    return { kind: 'busy', until: time.now() };
  }

  async function decide(key: string, decision: Decision, by: Decider, until: number) {
    const now = time.now();
    const { isDone, entry } = await persisted(
      (layer) => layer.saveSuccess(key, decision as object as Stored),
      (record) => decideUpdate(key, by, record, now),
      until,
    );
    if (entry === undefined) return undefined;
    // The first try got through and its answer was lost: it is this one, made at the very moment that this call names.
    const { state } = entry;
    const isThis = state.kind === 'decided' && state.decidedAt === now;
    return { isOwn: isDone || (isThis && JSON.stringify(state.decision) === JSON.stringify(decision)), entry };
  }

  async function wait(key: string, owner: string, next: NextRun, until: number): Promise<Entry | undefined> {
    const state = stateText(next.left);
    const stateRow = `${key}${STATE_ROW}${next.run}`;
    const isLarge = state !== undefined && Buffer.byteLength(state) > INLINE_STATE_BYTES;
    if (isLarge) await table.put({ key: stateRow, state, expiration: endOfLife(time.now()) }, until);
    const left = isLarge ? { stateRow } : { state };
    const { isDone, entry } = await write(waitUpdate(key, owner, next, left, time.now()), until);
    return isDone ? undefined : entry;
  }

  async function list(pageMs: number): Promise<readonly Entry[]> {
    // Rows that hold states have no status; nor has an entry that lost it, which must be seen.
    const items = await table.scan({ having: 'status', orKeyWithout: STATE_ROW }, pageMs);
    if (items.some(({ key }) => typeof key !== 'string')) {
      throw new LedgerError(
        `the table ${tableName} is not a ledger: it has items without the text ${ledgerAttributes.key}`,
      );
    }
    const entries = items
      .map((item) => entryOf({ ...item, status: item.status ?? '' }))
      .filter((entry) => entry !== undefined);
    return entries.sort((one, other) => one.openedAt - other.openedAt);
  }

  return {
    take: (asked, lease, until) => guarded('take an entry', () => take(asked, lease, until)),
    decide: (key, decision, by, until) => guarded('store a decision', () => decide(key, decision, by, until)),
    wait: (key, owner, next, until) => guarded('put a delivery off', () => wait(key, owner, next, until)),
    noteHeard: (key, heard, until) =>
      guarded('note a sign of life', async () => (await write(heardUpdate(key, heard, time.now()), until)).isDone),
    giveBack: (key, owner, how, until) =>
      guarded('give an entry back', async () => {
        await write(giveBackUpdate(key, owner, how, time.now()), until);
      }),
    noteAcknowledged: (key, until, ticket) =>
      guarded('note an acknowledgement', async () => {
        const set = { acknowledged: 'yes', ticket: ticket && JSON.stringify(ticket.data) };
        await write({ key, set, when: 'attribute_exists(#key)' }, until);
      }),
    noteReported: (key, reported, until) =>
      guarded('note a report', async () => {
        await write({ key, set: { reported }, when: 'attribute_exists(#data)' }, until);
      }),
    amend: (key, refused, replacement, until) =>
      guarded('amend a decision', async () => {
        const set = { data: JSON.stringify(replacement) };
        const values = { refused: JSON.stringify(refused) };
        const { isDone, entry } = await write({ key, set, values, when: '#data = :refused' }, until);
        return isDone || entry?.state.kind !== 'decided' ? replacement : entry.state.decision;
      }),
    left: ({ left }, until) =>
      guarded('read what a run left', async () => {
        if (left === undefined || 'value' in left) return left?.value;
        const row = await table.get(left.row, until);
        const state = parseJson(row?.state);
        if (state !== undefined) return state.value;
        const what = row === undefined ? 'gone' : 'damaged';
        throw new InvalidOutcomeError(`what the last run left is ${what}: the row ${left.row}`);
      }),
    read: (key, until) => guarded('read an entry', async () => entryOf(await table.get(key, until))),
    list: (pageMs) => guarded('list its entries', () => list(pageMs)),
  };
}
