import { createHash } from 'node:crypto';
import { type AttributeValue, type Item, typeOf } from './attribute-value.ts';
import { compareDecimals, type Decimal, parseDecimal } from './decimal.ts';
import type { KeyNames } from './expression/key-condition.ts';

/** An item in its place of a table or index. */
export interface Entry {
  readonly item: Item;
  /** What the item counts for; see `itemSize`. */
  readonly bytes: number;
  /** Where its partition stands among the others: a digest of the partition key. */
  readonly partition: string;
  readonly sort: Buffer | Decimal | undefined;
  /** The item's primary key; orders what an index holds under one key. */
  readonly id: string;
}

/** A key's value as text that differs between any two values. */
export function keyText(value: AttributeValue): string {
  const type = typeOf(value);
  return `${type}${String(value[type])}`;
}

/** The items of a table or index: by partition, and within one by the sort key. */
export class SortedItems {
  readonly #key: KeyNames;
  readonly #partitions = new Map<string, Entry[]>();
  #order: readonly string[] | undefined;

  constructor(key: KeyNames) {
    this.#key = key;
  }

  /** The place of an item, or of a key; `undefined` for an item that lacks the key and so is not part of an index. */
  entryOf(item: Item, id: string, bytes = 0): Entry | undefined {
    const hash = item[this.#key.hash];
    const range = this.#key.range === undefined ? undefined : item[this.#key.range];
    if (hash === undefined || (this.#key.range !== undefined && range === undefined)) return undefined;
    return { item, bytes, id, partition: partitionOf(hash), sort: range === undefined ? undefined : sortValue(range) };
  }

  add(entry: Entry): void {
    let entries = this.#partitions.get(entry.partition);
    if (entries === undefined) {
      entries = [];
      this.#partitions.set(entry.partition, entries);
      this.#order = undefined;
    }
    entries.splice(placeOf(entries, entry), 0, entry);
  }

  remove(entry: Entry): void {
    const entries = this.#partitions.get(entry.partition);
    const place = entries === undefined ? 0 : placeOf(entries, entry);
    if (entries?.[place]?.id !== entry.id) return;
    entries.splice(place, 1);
    if (entries.length > 0) return;
    this.#partitions.delete(entry.partition);
    this.#order = undefined;
  }

  /** The entries under one partition key, by sort key. */
  partition(hash: AttributeValue): readonly Entry[] {
    return this.#partitions.get(partitionOf(hash)) ?? [];
  }

  /** All entries, or one of `total` segments of them, in an order that does not change. */
  *all(segment = 0, total = 1): Generator<Entry> {
    this.#order ??= [...this.#partitions.keys()].sort();
    for (const name of this.#order) {
      if (total > 1 && Number.parseInt(name.slice(0, 8), 16) % total !== segment) continue;
      yield* this.#partitions.get(name) ?? [];
    }
  }
}

/** The order of entries in a scan; within one partition that of a query. */
export function compareEntries(left: Entry, right: Entry): number {
  if (left.partition !== right.partition) return left.partition < right.partition ? -1 : 1;
  const order = compareSort(left.sort, right.sort);
  if (order !== 0) return order;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

function compareSort(left: Entry['sort'], right: Entry['sort']): number {
  if (left instanceof Buffer && right instanceof Buffer) return Buffer.compare(left, right);
  if (left === undefined || right === undefined) return 0;
  return compareDecimals(left as Decimal, right as Decimal);
}

/** Where an entry stands, or belongs. */
function placeOf(entries: readonly Entry[], entry: Entry): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareEntries(entries[middle] as Entry, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function partitionOf(hash: AttributeValue): string {
  return createHash('md5').update(keyText(hash)).digest('hex');
}

function sortValue(value: AttributeValue): Buffer | Decimal | undefined {
  if (value.N !== undefined) return parseDecimal(value.N);
  return value.B === undefined ? Buffer.from(value.S ?? '') : Buffer.from(value.B, 'base64');
}
