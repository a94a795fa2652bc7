import type { Item } from './attribute-value.ts';
import type { SortedItems } from './sorted-items.ts';

/** How long an expired item stays readable, in simulated milliseconds. DynamoDB itself promises "within a few days". */
export const EXPIRED_ITEM_STAYS_MS = 60_000;

/** DynamoDB leaves items alone that expired longer ago than this: five years. */
const TOO_LONG_AGO_MS = 5 * 365 * 24 * 3600 * 1000;

/** The expiry of one table's items. */
export interface TimeToLive {
  /** The attribute that holds the expiry, in seconds since the epoch; none while it is not enabled. */
  readonly attribute: string | undefined;
  enable(attribute: string): void;
  disable(): void;
  /** Removes what has expired at `now`. Does nothing until the next item can be due. */
  sweep(now: number): void;
  noteWrite(item: Item): void;
}

/** What holds the items that expire. */
interface Holder {
  readonly items: SortedItems;
  delete(key: Item): unknown;
}

/** Creates the expiry of a table, not enabled. */
export function createTimeToLive(table: Holder): TimeToLive {
  let attribute: string | undefined;
  /** The earliest time at which an item may have to go. */
  let dueAt = Number.POSITIVE_INFINITY;
  return {
    get attribute() {
      return attribute;
    },
    enable(name) {
      attribute = name;
      dueAt = 0;
    },
    disable() {
      attribute = undefined;
    },
    sweep(now) {
      if (attribute === undefined || now < dueAt) return;
      dueAt = Number.POSITIVE_INFINITY;
      for (const { item } of [...table.items.all()]) {
        const expiry = expiryOf(item, attribute);
        if (expiry < now - TOO_LONG_AGO_MS) continue;
        if (expiry + EXPIRED_ITEM_STAYS_MS <= now) table.delete(item);
        else dueAt = Math.min(dueAt, expiry + EXPIRED_ITEM_STAYS_MS);
      }
    },
    noteWrite(item) {
      if (attribute !== undefined) dueAt = Math.min(dueAt, expiryOf(item, attribute) + EXPIRED_ITEM_STAYS_MS);
    },
  };
}

/** When an item expires; infinity when its attribute is no number. */
function expiryOf(item: Item, attribute: string): number {
  const seconds = Number(item[attribute]?.N ?? Number.NaN);
  return Number.isNaN(seconds) ? Number.POSITIVE_INFINITY : seconds * 1000;
}
