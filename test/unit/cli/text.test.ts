import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignColumns } from '../../../lib/cli/columns.ts';
import { durationText } from '../../../lib/cli/time-text.ts';

describe('a length of time', () => {
  it.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [61_000, '1 min 1 s'],
    [7_500_000, '2 h 5 min'],
    [90_000_000, '1 d 1 h'],
    [86_401_000, '1 d'],
  ])('%d ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('never has more than two units', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (ms) => durationText(ms).split(' ').length <= 4));
  });
});

it('puts cells under each other, and nothing behind the last', () => {
  expect(
    alignColumns([
      ['A', 'B'],
      ['long', ''],
      ['x', 'y'],
    ]),
  ).toEqual(['A     B', 'long', 'x     y']);
});
