import type { Clock } from '../kernel/clock.ts';
import type { Item } from './dynalite.ts';
import type { TableEngine } from './table-engine.ts';

/** How long an expired item stays readable, in simulated milliseconds. DynamoDB itself promises "within a few days". */
export const EXPIRED_ITEM_STAYS_MS = 60_000;

/** DynamoDB leaves items alone that expired longer ago than this: five years. */
const TOO_LONG_AGO_MS = 5 * 365 * 24 * 3600 * 1000;

/** Removes expired items. Its methods must be called where no other call changes the table. */
export interface TimeToLive {
  /** The attribute that holds the expiry of a table's items, in seconds since the epoch. */
  attributeOf(table: string): string | undefined;
  enable(table: string, attribute: string): void;
  disable(table: string): void;
  /** Removes what has expired. Does nothing until the next item can be due. */
  sweep(table: string): Promise<void>;
  /** Takes note of what has been written: the item itself where it is known, otherwise its key. */
  noteWrite(table: string, written: { item: Item } | { key: Item }): Promise<void>;
}

/** Creates the expiry of all tables, none of which has it enabled. */
export function createTimeToLive(engine: TableEngine, clock: Clock): TimeToLive {
  /** `dueAt` is the earliest time at which an item may have to go. */
  const tables = new Map<string, { readonly attribute: string; dueAt: number }>();

  async function sweep(table: string): Promise<void> {
    const state = tables.get(table);
    const now = clock.now();
    if (state === undefined || now < state.dueAt) return;
    const names = (await engine.table(table))?.KeySchema.map(({ AttributeName }) => AttributeName) ?? [];
    let nextDue = Number.POSITIVE_INFINITY;
    for await (const item of allItems(engine, table)) {
      const dueAt = dueTime(item, state.attribute, now);
      if (dueAt > now) {
        nextDue = Math.min(nextDue, dueAt);
        continue;
      }
      const Key = Object.fromEntries(names.map((name) => [name, item[name]]));
      await engine.run('DeleteItem', { TableName: table, Key });
    }
    state.dueAt = nextDue;
  }

  return {
    attributeOf: (table) => tables.get(table)?.attribute,
    enable: (table, attribute) => void tables.set(table, { attribute, dueAt: 0 }),
    disable: (table) => void tables.delete(table),
    sweep,
    async noteWrite(table, written) {
      const state = tables.get(table);
      if (state === undefined) return;
      const item = 'item' in written ? written.item : await itemOf(engine, table, written.key);
      if (item !== undefined) state.dueAt = Math.min(state.dueAt, dueTime(item, state.attribute, clock.now()));
    },
  };
}

/** When an item has to go; infinity when its attribute is no number, or lies too long ago. */
function dueTime(item: Item, attribute: string, now: number): number {
  const expiry = Number(item[attribute]?.N ?? Number.NaN) * 1000;
  return Number.isNaN(expiry) || expiry < now - TOO_LONG_AGO_MS
    ? Number.POSITIVE_INFINITY
    : expiry + EXPIRED_ITEM_STAYS_MS;
}

async function itemOf(engine: TableEngine, table: string, key: Item): Promise<Item | undefined> {
  return (await engine.run('GetItem', { TableName: table, Key: key, ConsistentRead: true })).Item as Item | undefined;
}

async function* allItems(engine: TableEngine, table: string): AsyncGenerator<Item> {
  let start: object = {};
  for (;;) {
    const page = await engine.run('Scan', { TableName: table, ...start });
    yield* page.Items as Item[];
    if (page.LastEvaluatedKey === undefined) return;
    start = { ExclusiveStartKey: page.LastEvaluatedKey };
  }
}
