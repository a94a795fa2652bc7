import type { JSONValue } from '@aws-lambda-powertools/commons/types';
import { AwsCallError, type AwsConnection, callJson } from '../aws/index.ts';
import { ledgerAttributes as names } from '../constants.ts';
import { type Callback, decodeCallback } from './callback.ts';
import type { Decision } from './decision.ts';
import { alreadyExists, type Call, EntryPersistence, type Item } from './entry-persistence.ts';
import { LedgerError } from './errors.ts';
import {
  type Claim,
  LEDGER_RETENTION_SECONDS,
  type Ledger,
  type LedgerEntry,
  ledgerKey,
  type Opening,
} from './ledger.ts';
import { retry, type TimeSource } from './retry.ts';

/** What {@link createDynamoDbLedger} needs. */
export interface DynamoDbLedgerOptions {
  readonly tableName: string;
  readonly connection: AwsConnection;
  readonly time: TimeSource;
}

const API = { service: 'dynamodb', targetPrefix: 'DynamoDB_20120810', jsonVersion: '1.0' } as const;
/** One try ends here, in milliseconds: DynamoDB answers within 10, and a lost packet must not eat the deadline. */
const ATTEMPT_TIMEOUT_MS = 2_000;
/** Tells states from entries. */
const STATE_PREFIX = 'state#';

/** The ledger in DynamoDB, through Powertools idempotency's persistence layer. */
export function createDynamoDbLedger({ tableName, connection, time }: DynamoDbLedgerOptions): Ledger {
  const callUntil =
    (until: number): Call =>
    (operation, input) =>
      retry(
        () =>
          callJson(
            connection,
            API,
            operation,
            { TableName: tableName, ...input },
            {
              signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
            },
          ) as Promise<{ Item?: Item; Attributes?: Item; Items?: Item[]; LastEvaluatedKey?: Item }>,
        {
          until,
          time,
          isRetryable: (error) => error instanceof AwsCallError && error.retryable,
          retryAfterMs: (error) => (error instanceof AwsCallError ? error.retryAfterMs : undefined),
        },
      );

  /** Everything that goes wrong with the table leaves as one kind of error. */
  async function guarded<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (cause) {
      throw new LedgerError(`the ledger table ${tableName} could not ${what}: ${(cause as Error).message}`, { cause });
    }
  }

  /** Claims an entry; `abandoned` where it stands, its lease is over, and this write may not take it over. */
  async function putClaim(
    callback: Callback,
    claim: Claim,
    until: number,
    takesOver: boolean,
  ): Promise<Opening | 'abandoned'> {
    try {
      const persistence = new EntryPersistence(callUntil(until), callback, claim, { takesOver });
      await persistence.saveInProgress(ledgerKey(callback), claim.leaseMs);
      return { status: 'claimed', died: takesOver };
    } catch (error) {
      const existing = alreadyExists(error);
      if (existing === undefined) throw error;
      const { decision, owner, run, postponement, leaseUntil = 0 } = existing;
      if (decision !== undefined) return { status: 'decided', decision };
      // The first try got through and its answer was lost: the entry is this claim's own.
      if (owner === claim.owner) return { status: 'claimed', died: takesOver };
      if (run > claim.run) {
        return postponement === undefined ? { status: 'superseded' } : { ...postponement, status: 'postponed' };
      }
      return leaseUntil < time.now() ? 'abandoned' : { status: 'busy', leaseUntil };
    }
  }

  const stateKey = (key: string) => ({ [names.key]: { S: `${STATE_PREFIX}${key}` } });

  const readKey = (key: string, until: number): Promise<LedgerEntry | undefined> =>
    guarded('read an entry', async () => {
      const input = { Key: { [names.key]: { S: key } }, ConsistentRead: true };
      const { Item: item } = await callUntil(until)('GetItem', input);
      return item && toEntry(item);
    });

  return {
    open: (callback, claim, until) =>
      guarded('open an entry', async () => {
        const fresh = await putClaim(callback, claim, until, false);
        if (fresh !== 'abandoned') return fresh;
        // By a write of its own: a lost response must not hide that an earlier attempt died.
        const taken = await putClaim(callback, claim, until, true);
        return taken === 'abandoned' ? { status: 'busy', leaseUntil: time.now() } : taken;
      }),

    decide: (callback, decision, until) =>
      guarded('store a decision', async () => {
        try {
          await new EntryPersistence(callUntil(until), callback).saveSuccess(
            ledgerKey(callback),
            decision as object as JSONValue,
          );
          return decision;
        } catch (error) {
          const standing = alreadyExists(error)?.decision;
          if (standing === undefined) throw error;
          return standing;
        }
      }),

    amend: (callback, refused, replacement, until) =>
      guarded('amend a decision', async () => {
        try {
          await new EntryPersistence(callUntil(until), callback, undefined, { amends: refused }).saveSuccess(
            ledgerKey(callback),
            replacement as object as JSONValue,
          );
          return replacement;
        } catch (error) {
          const standing = alreadyExists(error)?.decision;
          if (standing === undefined) throw error;
          return standing;
        }
      }),

    release: (callback, claim, until) =>
      guarded('release an entry', async () => {
        try {
          await new EntryPersistence(callUntil(until), callback, claim).release(ledgerKey(callback));
        } catch (error) {
          // Somebody else has decided or taken over: there is nothing left to give back.
          if (alreadyExists(error) === undefined) throw error;
        }
      }),

    postpone: (callback, claim, postponement, until) =>
      guarded('put a delivery off', async () => {
        try {
          await new EntryPersistence(callUntil(until), callback, claim).release(ledgerKey(callback), postponement);
          return undefined;
        } catch (error) {
          const standing = alreadyExists(error);
          if (standing === undefined) throw error;
          // Taken over: whoever did so answers now.
          return standing.decision;
        }
      }),

    read: (callback, until) => readKey(ledgerKey(callback), until),
    readKey,

    putState: (key, state, until) =>
      guarded('keep a continuation state', async () => {
        const expiration = Math.round(time.now() / 1000) + LEDGER_RETENTION_SECONDS;
        await callUntil(until)('PutItem', {
          Item: { ...stateKey(key), [names.data]: { S: state }, [names.expiration]: { N: String(expiration) } },
        });
      }),

    getState: (key, until) =>
      guarded('read a continuation state', async () => {
        const { Item: item } = await callUntil(until)('GetItem', { Key: stateKey(key), ConsistentRead: true });
        return item?.[names.data]?.S;
      }),

    removeState: (key, until) =>
      guarded('forget a continuation state', async () => {
        await callUntil(until)('DeleteItem', { Key: stateKey(key) });
      }),

    findStates: (state, until) =>
      guarded('find continuation states', async () => {
        const items = await scan(callUntil(until), {
          FilterExpression: '#data = :state AND attribute_not_exists(#status)',
          ExpressionAttributeNames: { '#data': names.data, '#status': names.status },
          ExpressionAttributeValues: { ':state': { S: state } },
        });
        return items.map((item) => (item[names.key]?.S ?? '').slice(STATE_PREFIX.length));
      }),

    listOpen: (until) =>
      guarded('list its open entries', async () => {
        const items = await scan(callUntil(until), {
          FilterExpression: '#status = :inprogress',
          ExpressionAttributeNames: { '#status': names.status },
          ExpressionAttributeValues: { ':inprogress': { S: 'INPROGRESS' } },
        });
        return items.map(toEntry).sort((a, b) => (a.openedAt ?? 0) - (b.openedAt ?? 0));
      }),
  };
}

async function scan(call: Call, filter: object): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await call('Scan', { ...filter, ...(start ? { ExclusiveStartKey: start } : {}) });
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

function toEntry(item: Item): LedgerEntry {
  const number = (attribute: string) => (item[attribute]?.N === undefined ? undefined : Number(item[attribute].N));
  const data = item[names.data]?.S;
  return {
    key: item[names.key]?.S ?? '',
    callback: readCallback(item[names.callback]?.S),
    decision: data === undefined ? undefined : (JSON.parse(data) as Decision),
    // The entry is kept for a while from its decision on.
    decidedAt: data === undefined ? undefined : ((number(names.expiration) ?? 0) - LEDGER_RETENTION_SECONDS) * 1_000,
    requestId: item[names.requestId]?.S,
    leaseUntil: number(names.inProgressExpiration),
    openedAt: number(names.openedAt),
    run: number(names.run) ?? 1,
    released: item[names.released]?.BOOL === true,
    dueAt: number(names.dueAt),
  };
}

function readCallback(encoded: string | undefined): Callback | undefined {
  return encoded === undefined ? undefined : decodeCallback(encoded);
}
