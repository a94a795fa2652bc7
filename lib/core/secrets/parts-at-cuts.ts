import type { Span } from './word-index.ts';

/**
 * Where somebody has shortened a text before it came here, quotation marks included: Node ends what it shows of a long text
 * before it says how much more there is. A list is cut behind a comma or a blank. Of many such marks the first ones are
 * looked at.
 */
const CUT = /(?:["'`]|,?\s{1,8})?(?:…|\.\.\.)["'`]?/g;
const MOST_CUTS = 20;
/** The least of a secret that is known beside a cut, and the shortest secret that is looked for there, in characters. */
const SHORTEST_PIECE = 12;
const SHORTEST_CUT_SECRET = 16;

/** The beginnings of secrets that stand before a cut, and their ends after one. */
export function partsAtCuts(text: string, secrets: Iterable<string>): Span[] {
  const cuts = firstCuts(text);
  if (cuts.length === 0) return [];
  const long = [...secrets].filter(({ length }) => length >= SHORTEST_CUT_SECRET);
  return cuts.flatMap(({ index, 0: mark }) => {
    const after = index + mark.length;
    return long.flatMap((secret): Span[] => {
      const before = text.slice(Math.max(0, index - secret.length), index);
      const head = before.lastIndexOf(secret.slice(0, SHORTEST_PIECE));
      const behind = text.slice(after, after + secret.length);
      const tail = behind.indexOf(secret.slice(-SHORTEST_PIECE)) + SHORTEST_PIECE;
      return [
        ...(head >= 0 && secret.startsWith(before.slice(head)) ? [[index - before.length + head, index] as const] : []),
        ...(tail >= SHORTEST_PIECE && secret.endsWith(behind.slice(0, tail)) ? [[after, after + tail] as const] : []),
      ];
    });
  });
}

function firstCuts(text: string): readonly RegExpExecArray[] {
  const cuts: RegExpExecArray[] = [];
  if (!text.includes('…') && !text.includes('...')) return cuts;
  for (const cut of text.matchAll(CUT)) if (cuts.push(cut) === MOST_CUTS) break;
  return cuts;
}
