import { shown } from './archive-failures.ts';
import { ANYTHING, matches, type Part } from './match-sequence.ts';

/** How many patterns without braces one may stand for. */
export const MOST_ALTERNATIVES = 1_000;

/** Whether a pattern stands for more than is taken. */
export function isTooMany(pattern: string): boolean {
  return expanded(pattern).length > MOST_ALTERNATIVES;
}

/**
 * Makes the test for paths from patterns; a path passes, too, when a folder on its way does. Names come from archives, so no
 * regular expression with several stars is made of a pattern: it could be kept busy for hours by one name.
 */
export function patternTest(patterns: readonly string[]): (path: string) => boolean {
  const tests = patterns.flatMap(expanded).flatMap(globTest);
  return (path) => {
    const names = path.split('/');
    return tests.some((test) => test(names)) || patterns.some((pattern) => isBelow(path, pattern));
  };
}

/** Whether a path is the other, also as messages have it, or lies below it, whatever characters they have. */
function isBelow(path: string, other: string): boolean {
  if (other === shown(path)) return true;
  // What has no name holds nothing.
  if (other === '') return false;
  return path.startsWith(other) && (path.length === other.length || path[other.length] === '/');
}

/** Writes braces out: `a.{js,ts}` as `a.js` and `a.ts`. One that is not closed, or has no comma, stands for itself. */
function expanded(pattern: string): string[] {
  const ready: string[] = [];
  const open = [pattern];
  while (open.length > 0 && ready.length <= MOST_ALTERNATIVES) {
    const next = open.pop() as string;
    const [whole, before = '', within = '', after = ''] = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/su.exec(next) ?? [];
    if (whole === undefined) ready.push(next);
    else open.push(...within.split(',').map((choice) => before + choice + after));
  }
  return ready;
}

type Test<Item> = (item: Item) => boolean;

function globTest(pattern: string): Test<readonly string[]>[] {
  const plain = pattern.replace(/^\.?\//, '').replace(/\/+$/, '');
  if (plain === '') return [];
  const names = plain.split('/');
  const parts = names.flatMap((name, index) => nameParts(name, index === names.length - 1));
  // What lies in a folder that matches is meant with it.
  const isFromTop = pattern.replace(/\/+$/, '').includes('/');
  const whole: readonly Part<string>[] = isFromTop ? [...parts, ANYTHING] : [ANYTHING, ...parts, ANYTHING];
  return [(path) => matches(whole, path)];
}

/** What matches one name of a path; `**` as many as there are, but at the end at least one. */
function nameParts(name: string, isLast: boolean): Part<string>[] {
  if (name === '**') return isLast ? [() => true, ANYTHING] : [ANYTHING];
  if (!/[*?[]/.test(name)) return [(other) => other === name];
  const parts = Array.from(name.matchAll(/\*+|\?|\[[!^]?\]?[^\]]*\]|./gsu), ([part]) => characterPart(part));
  return [(other) => matches(parts, [...other])];
}

function characterPart(part: string): Part<string> {
  if (part.startsWith('*')) return ANYTHING;
  if (part === '?') return () => true;
  return part.length > 1 && part.startsWith('[') ? classTest(part) : (character) => character === part;
}

/** The test for one of the characters in brackets. */
function classTest(part: string): Test<string> {
  const isNegated = /^\[[!^]/.test(part);
  const members = part.slice(isNegated ? 2 : 1, -1).replace(/[\\^[\]]/g, '\\$&');
  try {
    const expression = new RegExp(isNegated ? `^[^${members}]$` : `^[${members}]$`, 'su');
    return (character) => expression.test(character);
  } catch {
    // A class such as [z-a], which matches nothing.
    return () => false;
  }
}
