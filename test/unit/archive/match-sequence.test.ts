import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPathFilter } from '../../../lib/archive/index.ts';
import { ANYTHING, matches, type Part } from '../../../lib/archive/match-sequence.ts';

const partsOf = (pattern: string, test = (one: string, other: string) => one === other): Part<string>[] =>
  [...pattern].map((part) => (part === '*' ? ANYTHING : (item: string) => test(item, part)));

it('a sequence is matched as a regular expression would match it', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
  fc.assert(
    fc.property(pattern, text, (stars, items) => {
      const expected = new RegExp(`^${stars.replaceAll(/\*+/g, '.*')}$`).test(items);
      expect(matches(partsOf(stars), [...items])).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

it('no item is tested more often than there are parts, however many of them stand for anything', () => {
  let tests = 0;
  const parts = partsOf(`${'*-'.repeat(20)}*.map`, (one, other) => {
    tests++;
    return one === other;
  });
  expect(matches(parts, [...'-'.repeat(4_000)])).toBe(false);
  expect(tests).toBeLessThan(parts.length * 4_000);
});

it.each(['*-*-*-*-*-*-*-*.map', '**/-/**/-/**/-/**/-/**/-/**/x', '*-*/**/*-*/**/*-*/x'])(
  'the pattern %j is done with names that are made to keep it busy',
  (pattern) => {
    const isMeant = createPathFilter([pattern]);
    for (const path of ['-'.repeat(4_000), '-/'.repeat(2_000), '--/'.repeat(1_300)]) expect(isMeant(path)).toBe(false);
  },
);

it.each([
  ['*.map', 'a.map/b/c', true],
  ['a/**', 'a', false],
  ['**', 'a/b', true],
  ['**/b', 'b', true],
  ['?', '🎉', true],
  ['[a-z]?.js', 'ab.js', true],
  ['[!a]', 'b/a', true],
  ['[z-a]', 'a', false],
  ['[z-a]', '[z-a]', true],
  ['{a,b}/c', 'b/c/d', true],
  ['a/b', 'a/bc', false],
])('the pattern %j means %j: %s', (pattern, path, isMeant) => {
  expect(createPathFilter([pattern])(path)).toBe(isMeant);
});
