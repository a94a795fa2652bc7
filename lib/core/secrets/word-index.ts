import { wordComparison } from './word-comparison.ts';

/** Where a text stands in another, by its code units. */
export type Span = readonly [start: number, end: number];

/** Words that are looked for in texts, all at once. */
export interface WordIndex {
  /** A word that is added twice has to be removed twice. */
  add(word: string): void;
  remove(word: string): void;
  words(): Iterable<string>;
  isEmpty(): boolean;
  /** The places of words in a text; one that is within another's is left out. */
  find(text: string): Span[];
}

/** Words are told apart by their first code units; a shorter one is looked for by itself. */
const HEAD = 3;
/** As many as fit a few pages of memory. */
const SLOTS = 2 ** 12;

/**
 * Creates an index without words. It finds many in one pass over a text: the time grows with the text, not with the number
 * of words too. A thousand forms of secrets are known when several deliveries are on their way, and a text may have a
 * million characters. Words come and go with deliveries, so that each changes its own and no other.
 */
export function createWordIndex(): WordIndex {
  const counts = new Map<string, number>();
  const short = new Set<string>();
  const slots: (string[] | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

  return {
    add(word) {
      const count = counts.get(word) ?? 0;
      counts.set(word, count + 1);
      if (count > 0) return;
      if (word.length < HEAD) {
        short.add(word);
        return;
      }
      const slot = slotAt(word, 0);
      const same = slots[slot];
      if (same === undefined) slots[slot] = [word];
      else same.splice(placeOf(word, same), 0, word);
    },
    remove(word) {
      const count = counts.get(word) ?? 0;
      if (count > 1) {
        counts.set(word, count - 1);
        return;
      }
      if (!counts.delete(word) || short.delete(word)) return;
      const slot = slotAt(word, 0);
      const same = slots[slot] ?? [];
      if (same.length === 1) slots[slot] = undefined;
      else same.splice(same.indexOf(word), 1);
    },
    words: () => counts.keys(),
    isEmpty: () => counts.size === 0,
    find(text) {
      const found: Span[] = [];
      if (counts.size === 0) return found;
      for (const word of short) pushOccurrences(found, text, word);
      const standsAt = wordComparison(text);
      let end = 0;
      for (let at = 0; at <= text.length - HEAD; at++) {
        const word = slots[slotAt(text, at)]?.find((each) => standsAt(each, at));
        if (word === undefined || at + word.length <= end) continue;
        end = at + word.length;
        found.push([at, end]);
      }
      return found;
    },
  };
}

/** Where a word goes among others. The longest first: what begins where it does is within it. */
function placeOf({ length }: string, words: readonly string[]): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] as string).length >= length) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of three code units, of which the last bits tell most: letters and digits, which texts are made of, differ in them. */
function slotAt(text: string, at: number): number {
  return (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 3) ^ (text.charCodeAt(at + 2) << 6)) & (SLOTS - 1);
}

function pushOccurrences(found: Span[], text: string, word: string): void {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) found.push([at, at + word.length]);
}
