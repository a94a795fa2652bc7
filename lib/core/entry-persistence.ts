import {
  IdempotencyConfig,
  IdempotencyItemAlreadyExistsError,
  IdempotencyItemNotFoundError,
} from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import { AwsCallError } from '../aws/index.ts';
import { ledgerAttributes as names } from '../constants.ts';
import { type Callback, encodeCallback } from './callback.ts';
import type { Decision } from './decision.ts';
import { type Claim, LEDGER_RETENTION_SECONDS, type Postponement } from './ledger.ts';

/** A DynamoDB item on the wire, as far as the ledger uses its types. */
export type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string; readonly BOOL?: boolean }>>;

/** One DynamoDB operation on the ledger's table, retried as the caller asked. */
export type Call = (
  operation: string,
  input: object,
) => Promise<{ Item?: Item; Attributes?: Item; Items?: Item[]; LastEvaluatedKey?: Item }>;

/** What stood in the way of a conditional write. */
export interface StandingEntry {
  readonly decision: Decision | undefined;
  readonly owner: string | undefined;
  readonly leaseUntil: number | undefined;
  readonly run: number;
  readonly postponement: Postponement | undefined;
}

const CONFIG = new IdempotencyConfig({ expiresAfterSeconds: LEDGER_RETENTION_SECONDS });

/**
 * Powertools' persistence layer for one entry, over hand-signed requests.
 *
 * Powertools' own DynamoDB layer overwrites whatever stands when it saves a result, and keeps nothing beside the
 * record; here a decision is made once, by condition, and the entry holds the callback that it owes an answer to.
 * The record's shape is Powertools' own.
 */
export class EntryPersistence extends BasePersistenceLayer {
  readonly #call: Call;
  readonly #callback: Callback;
  readonly #claim: Claim | undefined;
  readonly #amends: Decision | undefined;
  readonly #takesOver: boolean;

  /**
   * @param overwrites - `amends`: the one decision that `saveSuccess` may overwrite. `takesOver`: `saveInProgress`
   * replaces a claim whose lease has run out and that nobody gave back, and nothing else
   */
  constructor(
    call: Call,
    callback: Callback,
    claim?: Claim,
    overwrites: { readonly amends?: Decision; readonly takesOver?: boolean } = {},
  ) {
    super();
    this.#call = call;
    this.#callback = callback;
    this.#claim = claim;
    this.#amends = overwrites.amends;
    this.#takesOver = overwrites.takesOver ?? false;
    this.configure({ config: CONFIG });
  }

  /** Ends the claim's lease, if the entry is still the claim's. @throws what a conditional write throws */
  async release(key: string, next?: Postponement): Promise<void> {
    const claim = this.#claim;
    try {
      await this.#call('UpdateItem', {
        Key: { [names.key]: { S: key } },
        UpdateExpression: `SET #lease = :zero, #released = :true${next ? ', #run = :run, #token = :token, #due = :due' : ''}`,
        ConditionExpression: '#status = :inprogress AND #owner = :owner',
        ExpressionAttributeNames: {
          '#lease': names.inProgressExpiration,
          '#released': names.released,
          '#status': names.status,
          '#owner': names.owner,
          ...(next ? { '#run': names.run, '#token': names.token, '#due': names.dueAt } : {}),
        },
        ExpressionAttributeValues: {
          ':zero': { N: '0' },
          ':true': { BOOL: true },
          ':inprogress': { S: 'INPROGRESS' },
          ':owner': { S: claim?.owner ?? '' },
          ...(next
            ? { ':run': { N: String(next.run) }, ':token': { S: next.token }, ':due': { N: String(next.dueAt) } }
            : {}),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    } catch (error) {
      throw asAlreadyExists(error, key);
    }
  }

  /** The key is the callback's, readable: its parts are no secrets, and people look entries up. */
  protected override getHashedIdempotencyKey(data: unknown): string {
    return String(data);
  }

  protected override async _putRecord(record: IdempotencyRecord): Promise<void> {
    const now = Date.now();
    const run = this.#claim?.run ?? 1;
    try {
      await this.#call('PutItem', {
        Item: {
          [names.key]: { S: record.idempotencyKey },
          [names.status]: { S: record.getStatus() },
          [names.expiration]: { N: String(record.expiryTimestamp) },
          [names.inProgressExpiration]: { N: String(record.inProgressExpiryTimestamp ?? now) },
          [names.callback]: { S: encodeCallback(this.#callback) },
          [names.owner]: { S: this.#claim?.owner ?? '' },
          [names.requestId]: { S: this.#claim?.requestId ?? '' },
          [names.run]: { N: String(run) },
          [names.openedAt]: { N: String(now) },
        },
        // AND binds before OR; without parentheses, since some emulators take milliseconds to parse nested ones.
        ConditionExpression: this.#takesOver
          ? '#status = :inprogress AND #run = :run AND #lease < :now'
          : 'attribute_not_exists(#id) OR #expiration < :nowSeconds OR #status = :inprogress AND #run < :run OR #status = :inprogress AND #run = :run AND #released = :true',
        ExpressionAttributeNames: {
          '#status': names.status,
          '#run': names.run,
          ...(this.#takesOver
            ? { '#lease': names.inProgressExpiration }
            : { '#id': names.key, '#expiration': names.expiration, '#released': names.released }),
        },
        ExpressionAttributeValues: {
          ':run': { N: String(run) },
          ':inprogress': { S: 'INPROGRESS' },
          ...(this.#takesOver
            ? { ':now': { N: String(now) } }
            : { ':nowSeconds': { N: String(Math.floor(now / 1000)) }, ':true': { BOOL: true } }),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    } catch (error) {
      throw asAlreadyExists(error, record.idempotencyKey);
    }
  }

  protected override async _updateRecord(record: IdempotencyRecord): Promise<void> {
    const amended = this.#amends === undefined ? undefined : { ':amended': { S: JSON.stringify(this.#amends) } };
    try {
      await this.#call('UpdateItem', {
        Key: { [names.key]: { S: record.idempotencyKey } },
        UpdateExpression: 'SET #status = :status, #expiration = :expiration, #data = :data, #callback = :callback',
        ConditionExpression: amended ? '#data = :amended' : 'attribute_not_exists(#status) OR #status <> :status',
        ExpressionAttributeNames: {
          '#status': names.status,
          '#expiration': names.expiration,
          '#data': names.data,
          '#callback': names.callback,
        },
        ExpressionAttributeValues: {
          ':status': { S: record.getStatus() },
          ':expiration': { N: String(record.expiryTimestamp) },
          ':data': { S: JSON.stringify(record.responseData) },
          ':callback': { S: encodeCallback(this.#callback) },
          ...amended,
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    } catch (error) {
      throw asAlreadyExists(error, record.idempotencyKey);
    }
  }

  protected override async _getRecord(idempotencyKey: string): Promise<IdempotencyRecord> {
    const { Item: item } = await this.#call('GetItem', {
      Key: { [names.key]: { S: idempotencyKey } },
      ConsistentRead: true,
    });
    if (item === undefined) throw new IdempotencyItemNotFoundError();
    return toRecord(item);
  }

  protected override async _deleteRecord(record: IdempotencyRecord): Promise<void> {
    await this.#call('DeleteItem', { Key: { [names.key]: { S: record.idempotencyKey } } });
  }
}

/** Reads what stood in the way out of Powertools' error; undefined for every other error. */
export function alreadyExists(error: unknown): StandingEntry | undefined {
  if (!(error instanceof IdempotencyItemAlreadyExistsError)) return undefined;
  const standing = (error.cause as { item?: Item } | undefined)?.item;
  const data = standing?.[names.data]?.S;
  const lease = standing?.[names.inProgressExpiration]?.N;
  const token = standing?.[names.token]?.S;
  const run = Number(standing?.[names.run]?.N ?? 1);
  const waits = token !== undefined && standing?.[names.released]?.BOOL === true;
  return {
    run,
    postponement: waits ? { kind: 'postponed', run, token, dueAt: Number(standing?.[names.dueAt]?.N ?? 0) } : undefined,
    decision: data === undefined ? undefined : (JSON.parse(data) as Decision),
    owner: standing?.[names.owner]?.S,
    leaseUntil: lease === undefined ? undefined : Number(lease),
  };
}

function isConditionFailure(error: unknown): error is AwsCallError {
  return error instanceof AwsCallError && error.code === 'ConditionalCheckFailedException';
}

function asAlreadyExists(error: unknown, key: string): unknown {
  if (!isConditionFailure(error)) return error;
  const item = error.members.Item as Item | undefined;
  return new IdempotencyItemAlreadyExistsError(`an entry stands already under ${key}`, item && toRecord(item), {
    cause: { item },
  });
}

function toRecord(item: Item): IdempotencyRecord {
  const number = (attribute: string) => Number(item[attribute]?.N ?? 0);
  const data = item[names.data]?.S;
  return new IdempotencyRecord({
    idempotencyKey: item[names.key]?.S ?? '',
    status: item[names.status]?.S === 'COMPLETED' ? 'COMPLETED' : 'INPROGRESS',
    expiryTimestamp: number(names.expiration),
    inProgressExpiryTimestamp: number(names.inProgressExpiration),
    ...(data === undefined ? {} : { responseData: JSON.parse(data) }),
  });
}
