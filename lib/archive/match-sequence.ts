/** Any number of items, none included. */
export const ANYTHING = Symbol('anything');

/** What stands for any number of items, or for one that passes a test. */
export type Part<Item> = typeof ANYTHING | ((item: Item) => boolean);

/**
 * Whether items are what the parts say, from the first to the last. Of several `ANYTHING` only the last is ever tried with
 * one item more, as what stands before it has been found as early as it can be: the time is at most that of each part with
 * each item.
 */
export function matches<Item>(parts: readonly Part<Item>[], items: readonly Item[]): boolean {
  let part = 0;
  let item = 0;
  let again: { part: number; item: number } | undefined;
  while (part < parts.length || item < items.length) {
    const test = parts[part];
    if (test === ANYTHING) {
      part++;
      again = { part, item };
    } else if (test !== undefined && item < items.length && test(items[item] as Item)) {
      part++;
      item++;
    } else {
      if (again === undefined || again.item >= items.length) return false;
      again.item++;
      ({ part, item } = again);
    }
  }
  return true;
}
