import type { JSONValue } from '@aws-lambda-powertools/commons/types';
import type { IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import { AwsCallError, type AwsConnection, callUntil, type TimeSource } from '../../aws/index.ts';
import { ledgerAttributes as names } from '../../constants.ts';
import type { Decision } from '../decision.ts';
import { InvalidOutcomeError, LedgerError } from '../errors.ts';
import type { Json } from '../outcome.ts';
import type { Asked, Entry, Lease } from './entry.ts';
import { type Item, readEntry } from './entry-item.ts';
import { EntryPersistence, type WriteRecord } from './entry-persistence.ts';
import {
  type Condition,
  deadCondition,
  decideUpdate,
  endOfLife,
  freeCondition,
  giveBackUpdate,
  takeUpdate,
  waitUpdate,
} from './entry-updates.ts';
import { type EntryUpdate, marshalled, updateInput } from './item-update.ts';
import type { Decider, Ledger } from './ledger.ts';
import { INLINE_STATE_BYTES, stateText } from './limits.ts';
import { type Found, find, isOwn, type NextRun } from './transitions.ts';

/** What {@link createDynamoDbLedger} needs. */
export interface DynamoDbLedgerOptions {
  readonly tableName: string;
  readonly connection: AwsConnection;
  readonly time: TimeSource;
  /** Which failures of the table are waited out. @defaultValue throttling, 5xx and the network */
  readonly isRetryable?: (error: unknown) => boolean;
}

/** What a conditional write came to, and the entry as it then stands. */
interface Written {
  readonly isDone: boolean;
  readonly entry: Entry | undefined;
}

interface Answer {
  readonly Item?: Item;
  readonly Attributes?: Item;
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

const API = { service: 'dynamodb', targetPrefix: 'DynamoDB_20120810', jsonVersion: '1.0' } as const;
/** One try ends here, in milliseconds: DynamoDB answers within 10, and a lost packet must not eat the deadline. */
const TRY_MS = 2_000;
/** Rows that hold states have no status. */
const ENTRIES_ONLY = {
  ConsistentRead: true,
  FilterExpression: 'attribute_exists(#status)',
  ExpressionAttributeNames: { '#status': names.status },
} as const;
/** Tries to take an entry that others change meanwhile; who has no luck comes again. */
const MOST_TAKES = 3;
const CONDITION_FAILED = 'ConditionalCheckFailedException';

/** What a lease was given on; what the last run left may be damaged, and no run begins without it. */
function taken(entry: Entry, died: boolean): Found {
  return entry.state.kind === 'unreadable' ? entry.state : { kind: 'run', died, entry };
}

/** The ledger in DynamoDB, its records in the form of Powertools idempotency. */
export function createDynamoDbLedger(options: DynamoDbLedgerOptions): Ledger {
  const { tableName, connection, time, isRetryable } = options;

  const call = (operation: string, input: object, until: number) =>
    callUntil(
      connection,
      API,
      operation,
      { TableName: tableName, ...input },
      {
        until,
        time,
        tryMs: TRY_MS,
        ...(isRetryable === undefined ? {} : { isRetryable }),
      },
    ) as Promise<Answer>;

  /** Everything that goes wrong with the table leaves as one kind of error. */
  async function guarded<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof LedgerError || !(cause instanceof AwsCallError)) throw cause;
      throw new LedgerError(`the ledger table ${tableName} could not ${what}: ${cause.message}`, { cause });
    }
  }

  /** One conditional write: the entry as it then is, or what stands in its way. */
  async function write(update: EntryUpdate, until: number): Promise<Written> {
    try {
      const { Attributes: item } = await call('UpdateItem', updateInput(update), until);
      return { isDone: true, entry: item && readEntry(item, time.now()) };
    } catch (error) {
      if (!(error instanceof AwsCallError) || error.code !== CONDITION_FAILED) throw error;
      const item = error.members.Item as Item | undefined;
      return { isDone: false, entry: item && readEntry(item, time.now()) };
    }
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
      (layer) => layer.saveSuccess(key, decision as object as JSONValue),
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
    const isLarge = state !== undefined && Buffer.byteLength(state) > INLINE_STATE_BYTES;
    const left = isLarge ? { stateRow: `${key}#state#${next.run}` } : { state };
    if (isLarge) {
      const row = { key: `${key}#state#${next.run}`, state, expiration: endOfLife(time.now()) };
      await call('PutItem', { Item: marshalled(row) }, until);
    }
    const { isDone, entry } = await write(waitUpdate(key, owner, next, left, time.now()), until);
    return isDone ? undefined : entry;
  }

  async function list(until: number): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    let start: Item | undefined;
    do {
      const page = await call('Scan', { ...ENTRIES_ONLY, ...(start ? { ExclusiveStartKey: start } : {}) }, until);
      for (const item of page.Items ?? []) {
        const entry = readEntry(item, time.now());
        if (entry !== undefined) entries.push(entry);
      }
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return entries.sort((one, other) => one.openedAt - other.openedAt);
  }

  const getItem = async (key: string, until: number): Promise<Item | undefined> =>
    (await call('GetItem', { Key: { [names.key]: { S: key } }, ConsistentRead: true }, until)).Item;

  return {
    take: (asked, lease, until) => guarded('take an entry', () => take(asked, lease, until)),
    decide: (key, decision, by, until) => guarded('store a decision', () => decide(key, decision, by, until)),
    wait: (key, owner, next, until) => guarded('put a delivery off', () => wait(key, owner, next, until)),
    giveBack: (key, owner, how, until) =>
      guarded('give an entry back', async () => {
        await write(giveBackUpdate(key, owner, how, time.now()), until);
      }),
    noteAcknowledged: (key, until) =>
      guarded('note an acknowledgement', async () => {
        await write({ key, set: { acknowledged: 'yes' }, when: 'attribute_exists(#key)' }, until);
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
        const text = (await getItem(left.row, until))?.[names.state]?.S;
        if (text === undefined) throw new InvalidOutcomeError(`what the last run left is gone: the row ${left.row}`);
        return JSON.parse(text) as Json;
      }),
    read: (key, until) =>
      guarded('read an entry', async () => {
        const item = await getItem(key, until);
        return item && readEntry(item, time.now());
      }),
    list: (until) => guarded('list its entries', () => list(until)),
  };
}
