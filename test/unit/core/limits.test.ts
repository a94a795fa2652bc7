import { describe, expect, it } from 'vitest';
import { fitted } from '../../../lib/core/decision.ts';
import { bytesTooMany, stateText } from '../../../lib/core/ledger/limits.ts';

describe('a state', () => {
  it.each<[unknown, string | undefined]>([
    [undefined, undefined],
    [null, 'null'],
    [0, '0'],
    ['', '""'],
    [{ a: [1, undefined] }, '{"a":[1,null]}'],
  ])('of %j is kept as %j', (state, text) => {
    expect(stateText(state as never)).toBe(text);
  });

  it('may have 379,600 bytes of UTF-8 as JSON, and not one more', () => {
    const largest = 'ü'.repeat(189_799);
    expect(Buffer.byteLength(stateText(largest) ?? '')).toBe(379_600);
    expect(() => stateText(`${largest}x`)).toThrow(
      'the state of continueAfter has 379601 bytes as JSON, and at most 379600 can be kept; keep the rest in a bucket and its key in the state',
    );
  });

  it.each<[string, unknown, string]>([
    [
      'a Set',
      new Set(),
      'the state of continueAfter is not JSON: it is a Set, which JSON does not hold; write [...set]',
    ],
    ['a member that is a Map', { seen: new Map() }, 'is not JSON: "seen" is a Map'],
    ['a bigint', 1n, 'the state of continueAfter is not JSON: '],
    ['a function', () => 1, 'the state of continueAfter is not JSON: it is of type function'],
    ['a symbol', Symbol('x'), 'the state of continueAfter is not JSON: it is of type symbol'],
  ])('is refused where it is %s', (_what, state, message) => {
    expect(() => stateText(state as never)).toThrow(message);
    expect(() => stateText(state as never)).toThrow(expect.objectContaining({ code: 'INVALID_OUTCOME' }));
  });
});

it('a decision has as many bytes too many as it has beyond 379,600', () => {
  const decision = (text: string) => fitted({ kind: 'succeeded', details: { text } });
  const empty = Buffer.byteLength(JSON.stringify(decision('')));
  expect(bytesTooMany(decision('ü'.repeat(10)))).toBe(empty + 20 - 379_600);
});
