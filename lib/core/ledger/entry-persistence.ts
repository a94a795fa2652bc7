import { type IdempotencyConfig, IdempotencyItemNotFoundError } from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, type IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import { LEDGER_RETENTION_SECONDS } from '../../lifetimes.ts';

/** Writes what Powertools wants kept: the record's status, its end and its lease, with all that the ledger adds. */
export type WriteRecord = (record: IdempotencyRecord) => Promise<void>;

/**
 * What the layer reads of its configuration. Powertools' class itself does not load where POWERTOOLS_IDEMPOTENCY_DISABLED is
 * empty or no boolean; that setting is for functions which are idempotent by Powertools, and says nothing here.
 */
const CONFIG = {
  eventKeyJmesPath: '',
  throwOnNoIdempotencyKey: false,
  expiresAfterSeconds: LEDGER_RETENTION_SECONDS,
  useLocalCache: false,
  hashFunction: 'md5',
} as IdempotencyConfig;

/**
 * Powertools' persistence layer over one write of the ledger's own.
 *
 * Powertools' DynamoDB layer overwrites whatever stands when it saves a result, and keeps nothing beside the record; here
 * a decision is made once, by condition, and the entry holds what it owes an answer to. The record's shape and its
 * states are Powertools' own.
 */
export class EntryPersistence extends BasePersistenceLayer {
  readonly #write: WriteRecord;

  constructor(write: WriteRecord) {
    super();
    this.#write = write;
    this.configure({ config: CONFIG });
  }

  /** The key is the entry's, readable: its parts are no secrets, and people look entries up. */
  protected override getHashedIdempotencyKey(data: unknown): string {
    return String(data);
  }

  protected override _putRecord(record: IdempotencyRecord): Promise<void> {
    return this.#write(record);
  }

  protected override _updateRecord(record: IdempotencyRecord): Promise<void> {
    return this.#write(record);
  }

  /** The ledger reads entries, which are more than records. */
  protected override _getRecord(): Promise<IdempotencyRecord> {
    return Promise.reject(new IdempotencyItemNotFoundError());
  }

  /** Nothing is deleted: an entry outlives every delivery. */
  protected override async _deleteRecord(): Promise<void> {}
}
