/** Where a text stands in another, by its code units. */
export type Span = readonly [start: number, end: number];

/** Words are told apart by their first code units; a shorter one is looked for by itself. */
const HEAD = 3;
/** As many as fit a page or two of memory: the table is made anew with each delivery's secrets. */
const SLOTS = 2 ** 12;

/**
 * Finds many words in one pass over a text: the time grows with the text, not with the number of words too. A thousand
 * forms of secrets are known when several deliveries are on their way, and a text may have a million characters.
 */
export function findAll(words: readonly string[]): (text: string) => Span[] {
  const short = words.filter(({ length }) => length < HEAD);
  const slots = new Uint16Array(SLOTS);
  const sameSlot: string[][] = [[]];
  for (const word of words) {
    if (word.length < HEAD) continue;
    const slot = slotAt(word, 0);
    slots[slot] ||= sameSlot.push([]) - 1;
    sameSlot[slots[slot] as number]?.push(word);
  }
  return (text) => {
    const found: Span[] = short.flatMap((word) => occurrences(text, word));
    for (let at = 0; at <= text.length - HEAD; at++) {
      const list = slots[slotAt(text, at)] as number;
      if (list === 0) continue;
      for (const word of sameSlot[list] as string[]) {
        if (text.startsWith(word, at)) found.push([at, at + word.length]);
      }
    }
    return found;
  };
}

/** Of three code units, of which the last bits tell most: letters and digits, which texts are made of, differ in them. */
function slotAt(text: string, at: number): number {
  return (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 3) ^ (text.charCodeAt(at + 2) << 6)) & (SLOTS - 1);
}

function occurrences(text: string, word: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) found.push([at, at + word.length]);
  return found;
}
