import { describe, expect, it } from 'vitest';
import { fitted } from '../../../lib/core/decision.ts';
import { bytesTooMany, stateText } from '../../../lib/core/ledger/limits.ts';

/** Holds what only its members can tell. */
class Price {
  readonly #cents: number;

  constructor(cents: number) {
    this.#cents = cents;
  }

  get cents(): number {
    return this.#cents;
  }
}

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
    ['an error', { e: new RangeError('no') }, '"e" is an error, which JSON does not hold; write its message'],
    [
      'a Headers',
      { e: new Headers() },
      '"e" is a Headers, which JSON does not hold; write Object.fromEntries(headers)',
    ],
    ['a URLSearchParams', { e: new URLSearchParams('a=1') }, '"e" is a URLSearchParams'],
    ['a FormData', { e: new FormData() }, '"e" is a FormData'],
    ['a Blob', [new Blob(['x'])], '"0" is a Blob'],
    ['an ArrayBuffer', { e: new ArrayBuffer(4) }, '"e" is an ArrayBuffer'],
    ['a RegExp', { e: /x/ }, '"e" is a RegExp, which JSON does not hold; write its text'],
    [
      'a WeakMap',
      { e: new WeakMap() },
      '"e" is of the kind WeakMap, which JSON does not hold; write what of it is to be kept',
    ],
    ['an iterator', { e: [1].values() }, '"e" is of the kind Array Iterator'],
    ['an object whose content is private', { e: new Price(3) }, '"e" is of the class Price, which JSON does not hold'],
    ['NaN', { a: { b: Number.NaN } }, '"b" is NaN, which JSON does not hold; write null or a text'],
    ['Infinity', [0, Number.NEGATIVE_INFINITY], '"1" is -Infinity'],
    ['no moment', { at: new Date(Number.NaN) }, '"at" is Invalid Date'],
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
