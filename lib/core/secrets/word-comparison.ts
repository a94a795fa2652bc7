/** Tells whether a word stands at a place of a text. */
export type WordComparison = (word: string, at: number) => boolean;

/** In a longer text, in code units, long words are compared by sums. */
const LONGEST_PLAIN = 20_000;
/** A longer word is a long one: to compare a shorter one costs little, however often it nearly stands there. */
const LONGEST_SHORT = 64;
/** The prime of the FNV hash: odd, so that no bit of a code unit is lost. */
const BASE = 0x01000193;

/** The comparison of words with a text: the fastest for its length. */
export function wordComparison(text: string): WordComparison {
  return text.length > LONGEST_PLAIN ? comparisonBySums(text) : (word, at) => text.startsWith(word, at);
}

/**
 * Compares a long word by a sum over its code units, since one that repeats itself, such as a key of zeros, may nearly stand
 * at every place of a text. Where another text has the same sum, innocent text is withheld, once in four billion.
 */
function comparisonBySums(text: string): WordComparison {
  let sums: Uint32Array | undefined;
  const known = new Map<string, WordSum>();
  return (word, at) => {
    if (word.length <= LONGEST_SHORT) return text.startsWith(word, at);
    const end = at + word.length;
    if (end > text.length || !text.startsWith(word.slice(0, LONGEST_SHORT), at)) return false;
    sums ??= sumsOf(text);
    let ofWord = known.get(word);
    if (ofWord === undefined) {
      ofWord = sumOf(word);
      known.set(word, ofWord);
    }
    return (((sums[end] as number) - Math.imul(sums[at] as number, ofWord.power)) | 0) === ofWord.sum;
  };
}

interface WordSum {
  readonly sum: number;
  /** By which the sum of what stands before the word is multiplied in that of both. */
  readonly power: number;
}

function sumOf(word: string): WordSum {
  let sum = 0;
  let power = 1;
  for (let at = 0; at < word.length; at++) {
    sum = (Math.imul(sum, BASE) + word.charCodeAt(at)) | 0;
    power = Math.imul(power, BASE);
  }
  return { sum, power };
}

/** The sum of each beginning of a text. */
function sumsOf(text: string): Uint32Array {
  const sums = new Uint32Array(text.length + 1);
  for (let at = 0; at < text.length; at++) sums[at + 1] = Math.imul(sums[at] as number, BASE) + text.charCodeAt(at);
  return sums;
}
