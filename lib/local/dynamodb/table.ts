import type { PolicyDocument } from '../kernel/kernel.ts';
import type { AttributeValue, Item } from './attribute-value.ts';
import type { KeyNames } from './expression/key-condition.ts';
import { keyText, SortedItems } from './sorted-items.ts';
import { addTags } from './table-tags.ts';
import { createTimeToLive, type TimeToLive } from './time-to-live.ts';
import { itemSize } from './value-size.ts';

/** One element of a key schema. */
export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

/** Reads and writes a second. */
export interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

/** An index as CreateTable declares it. */
export interface IndexInput {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
  readonly ProvisionedThroughput?: Throughput;
}

/** The input of CreateTable, as far as it is kept. */
export interface TableInput {
  readonly TableName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[];
  readonly BillingMode?: 'PROVISIONED' | 'PAY_PER_REQUEST';
  readonly ProvisionedThroughput?: Throughput;
  readonly OnDemandThroughput?: object;
  readonly GlobalSecondaryIndexes?: readonly IndexInput[];
  readonly LocalSecondaryIndexes?: readonly IndexInput[];
  readonly SSESpecification?: {
    readonly Enabled?: boolean;
    readonly SSEType?: string;
    readonly KMSMasterKeyId?: string;
  };
  readonly StreamSpecification?: { readonly StreamEnabled?: boolean; readonly StreamViewType?: string };
  readonly TableClass?: string;
  readonly DeletionProtectionEnabled?: boolean;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** An index with the items in it. */
export interface Index {
  readonly input: IndexInput;
  readonly key: KeyNames;
  readonly isLocal: boolean;
  readonly items: SortedItems;
}

/** A table with its items. Every method is synchronous, and so atomic. */
export class Table {
  input: TableInput;
  readonly id: string;
  /** Simulated milliseconds since the epoch. */
  readonly createdAt: number;
  readonly key: KeyNames;
  readonly items: SortedItems;
  readonly indexes = new Map<string, Index>();
  readonly timeToLive: TimeToLive = createTimeToLive(this);
  readonly tags = new Map<string, string>();
  policy: PolicyDocument | undefined;
  pointInTimeRecovery: { readonly RecoveryPeriodInDays: number } | undefined;
  readonly #byId = new Map<string, Item>();
  #bytes = 0;

  constructor(input: TableInput, { id, createdAt }: { readonly id: string; readonly createdAt: number }) {
    this.input = input;
    this.id = id;
    this.createdAt = createdAt;
    this.key = keyNames(input.KeySchema);
    this.items = new SortedItems(this.key);
    addTags(this.tags, input.Tags ?? []);
    for (const index of input.GlobalSecondaryIndexes ?? []) this.addIndex(index, false);
    for (const index of input.LocalSecondaryIndexes ?? []) this.addIndex(index, true);
  }

  get name(): string {
    return this.input.TableName;
  }

  /** The attributes of the primary key. */
  get keyAttributes(): readonly string[] {
    return attributesOf(this.key);
  }

  get count(): number {
    return this.#byId.size;
  }

  /** What all items count for. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The type that a key attribute is defined with. */
  typeOfKey(attribute: string): 'S' | 'N' | 'B' | undefined {
    return this.input.AttributeDefinitions.find(({ AttributeName }) => AttributeName === attribute)?.AttributeType;
  }

  /** The primary key of an item. */
  keyOf(item: Item): Item {
    return Object.fromEntries(this.keyAttributes.map((name) => [name, item[name] as AttributeValue]));
  }

  /** A primary key as text. */
  idOf(item: Item): string {
    return this.keyAttributes.map((name) => keyText(item[name] as AttributeValue)).join('\0');
  }

  get(key: Item): Item | undefined {
    return this.#byId.get(this.idOf(key));
  }

  /** Stores an item in place of the one with its key; items are never changed once they are stored. */
  put(item: Item): void {
    this.delete(item);
    const id = this.idOf(item);
    const bytes = itemSize(item);
    this.#byId.set(id, item);
    this.#bytes += bytes;
    for (const items of this.#views()) {
      const entry = items.entryOf(item, id, bytes);
      if (entry !== undefined) items.add(entry);
    }
    this.timeToLive.noteWrite(item);
  }

  delete(key: Item): void {
    const id = this.idOf(key);
    const item = this.#byId.get(id);
    if (item === undefined) return;
    this.#byId.delete(id);
    this.#bytes -= itemSize(item);
    for (const items of this.#views()) {
      const entry = items.entryOf(item, id);
      if (entry !== undefined) items.remove(entry);
    }
  }

  addIndex(input: IndexInput, isLocal: boolean): void {
    const key = keyNames(input.KeySchema);
    const items = new SortedItems(key);
    for (const [id, item] of this.#byId) {
      const entry = items.entryOf(item, id, itemSize(item));
      if (entry !== undefined) items.add(entry);
    }
    this.indexes.set(input.IndexName, { input, key, isLocal, items });
  }

  *#views(): Generator<SortedItems> {
    yield this.items;
    for (const { items } of this.indexes.values()) yield items;
  }
}

/** The one or two attributes of a key. */
export function attributesOf({ hash, range }: KeyNames): readonly string[] {
  return range === undefined ? [hash] : [hash, range];
}

function keyNames(schema: readonly KeySchemaElement[]): KeyNames {
  const [hash, range] = schema;
  return { hash: hash?.AttributeName ?? '', ...(range === undefined ? {} : { range: range.AttributeName }) };
}
