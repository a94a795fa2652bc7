import { describe, expect, it } from 'vitest';
import { printable, readable } from '../../../../lib/core/secrets/printable.ts';

/** Withholds one word. */
const redact = (text: string) => text.replaceAll('hidden', '[withheld]');
const shown = (value: unknown) => printable(value, redact);
const throwing = () => {
  throw new Error('no');
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const nested = (levels: number): unknown => (levels === 0 ? 'core' : { in: nested(levels - 1) });
const shared = { a: 1 };
const circle: Record<string, unknown> = { name: 'ring' };
circle.self = circle;

describe('a copy that can be printed', () => {
  it('withholds a secret that was read as something else than text', () => {
    const pin = 48151623;
    const values = {
      pin,
      big: BigInt(pin),
      set: new Set([pin]),
      boxed: Object(pin),
      text: Object(String(pin)),
      at: new Date(0),
    };
    const isHidden = (text: string) => text.replaceAll(/48151623|1970/g, '[withheld]');
    const held = '[withheld]';
    const expected = {
      pin: held,
      big: held,
      set: [held],
      boxed: held,
      text: held,
      at: '[withheld]-01-01T00:00:00.000Z',
    };
    expect(printable({ ...values, other: 5, yes: true, no: Object(false) }, isHidden)).toEqual({
      ...expected,
      other: 5,
      yes: true,
      no: false,
    });
  });

  it.each<[string, unknown, unknown]>([
    ['a text', 'is hidden', 'is [withheld]'],
    ['a number', 5, 5],
    ['a boolean', false, false],
    ['nothing', undefined, undefined],
    ['null', null, null],
    ['a bigint', 5n, '5'],
    ['a function', throwing, '[function]'],
    ['a symbol', Symbol('x'), '[symbol]'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a date that is none', new Date(Number.NaN), 'Invalid Date'],
    ['bytes', new Uint16Array(3), '[6 bytes]'],
    ['a view of bytes', new DataView(new ArrayBuffer(5)), '[5 bytes]'],
    ['a list', ['hidden', [1]], ['[withheld]', [1]]],
    ['a set', new Set(['hidden', 1]), ['[withheld]', 1]],
    ['a map', new Map([['a', 'hidden']]), [['a', '[withheld]']]],
    ['an object whose names hold a secret', { 'x-hidden': 1 }, { 'x-[withheld]': 1 }],
    ['what makes JSON of itself', { toJSON: () => ['hidden'] }, ['[withheld]']],
    [
      'what makes JSON of itself by its members',
      {
        own: 1,
        toJSON(this: { own: number }) {
          return this.own;
        },
      },
      1,
    ],
    ['a member that only looks so', { toJSON: 'hidden' }, { toJSON: '[withheld]' }],
    ['what throws as JSON', { toJSON: throwing }, '[unreadable]'],
    [
      'a member that throws',
      Object.defineProperty({ a: 1 }, 'b', { enumerable: true, get: throwing }),
      { a: 1, b: '[unreadable]' },
    ],
    ['a revoked proxy', [revoked()], ['[unreadable]']],
    ['a circle', circle, { name: 'ring', self: '[circular]' }],
    ['the same object twice, which is no circle', [shared, shared], [{ a: 1 }, { a: 1 }]],
    [
      'a member whose name tells a secret',
      { token: 'x', password: 5, cookie: '' },
      { token: '[withheld]', password: '[withheld]', cookie: '' },
    ],
    ['eight levels', nested(8), nested(8)],
    ['nine levels', { in: nested(8) }, JSON.parse(JSON.stringify(nested(8)).replace('"core"', '"[deeper]"'))],
  ])('is made of %s', (_what, value, expected) => {
    expect(shown(value)).toEqual(expected);
  });

  it('shows a hundred members of one level, and two thousand values in all', () => {
    expect(shown(Array.from({ length: 101 }, (_, index) => index))).toHaveLength(100);
    const wide = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`m${index}`, 1]));
    expect(Object.keys(shown(wide) as object)).toHaveLength(100);
    const rows = shown(Array.from({ length: 20 }, () => Array.from({ length: 100 }, () => 0))) as unknown[][];
    // One for the whole, twenty for the rows: what is left of 2,000 is 1,979 values.
    const values = rows.flat();
    expect(values.filter((value) => value === 0)).toHaveLength(1_979);
    expect(new Set(values)).toEqual(new Set([0, '[more]']));
  });

  it.each([
    [200_000, 'a'.repeat(200_000)],
    [200_001, `${'a'.repeat(100_000)}[1 characters more]${'a'.repeat(100_000)}`],
    [300_000, `${'a'.repeat(100_000)}[100000 characters more]${'a'.repeat(100_000)}`],
  ])('of a text of %i characters shows both ends', (length, expected) => {
    expect(shown('a'.repeat(length)) === expected).toBe(true);
  });

  it('shows no half of a character where a text is cut', () => {
    const text = shown('😀'.repeat(150_000).slice(1)) as string;
    expect(text.isWellFormed()).toBe(true);
    expect(text).toContain(' characters more]');
  });

  it('counts the characters of all texts and names together', () => {
    const [first, second, third] = shown(['a'.repeat(199_990), 'b'.repeat(20), 'c']) as string[];
    expect([first?.length, second, third]).toEqual([
      199_990,
      `${'b'.repeat(5)}[10 characters more]${'b'.repeat(5)}`,
      '[1 characters more]',
    ]);
    expect(shown({ ['n'.repeat(199_996)]: 'abcdef' })).toEqual({ ['n'.repeat(199_996)]: 'ab[2 characters more]ef' });
  });

  it('cuts after secrets are taken out, so that no half of one stays', () => {
    const text = `${'a'.repeat(99_997)}hidden${'b'.repeat(100_000)}`;
    const cut = shown(text) as string;
    expect(cut).toContain('a[wi[7 characters more]');
  });
});

describe('the copy of an error', () => {
  it('is an error with its name, message, stack, cause, errors and members, all redacted', () => {
    const error = Object.assign(new TypeError('a hidden bug', { cause: new Error('hidden') }), {
      errors: ['hidden', 2],
      code: 'X',
      token: 'abc',
    });
    const clean = shown(error) as typeof error;
    expect(clean).toBeInstanceOf(Error);
    expect([clean.name, clean.message]).toEqual(['TypeError', 'a [withheld] bug']);
    expect(clean.stack).toMatch(/^TypeError: a \[withheld\] bug\n\s+at /);
    expect(clean.cause).toMatchObject({ message: '[withheld]' });
    expect({ ...clean }).toEqual({ errors: ['[withheld]', 2], code: 'X', token: '[withheld]' });
    expect(Object.keys(clean)).not.toContain('cause');
  });

  it('lists the errors of an AggregateError, which do not list themselves, and no name and no message', () => {
    const error = Object.assign(new AggregateError([new Error('hidden'), 'hidden'], 'all'), { name: 'Odd' });
    Object.defineProperty(error, 'message', { value: 'any', enumerable: true });
    const clean = shown(error) as AggregateError;
    expect([clean.name, clean.message, Object.keys(clean)]).toEqual(['Odd', 'any', ['errors']]);
    expect(clean.errors).toMatchObject([{ message: '[withheld]' }, '[withheld]']);
  });

  it('lists what a SuppressedError holds, which does not list itself either', () => {
    const error = Object.create(new Error('any'), { error: { value: 'hidden' }, suppressed: { value: 'first' } });
    expect({ ...(printable(error, redact) as object) }).toEqual({ error: '[withheld]', suppressed: 'first' });
  });

  it('has no cause and no errors where there are none', () => {
    const clean = shown(new Error('no')) as Error;
    expect(['cause' in clean, 'errors' in clean]).toEqual([false, false]);
    expect(Object.keys(clean)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['an object for a message', { a: 1 }, '[object]'],
    ['a number for a message', 5, '[number]'],
    ['nothing for a message', undefined, '[undefined]'],
  ])('with %s says what stands there', (_what, message, expected) => {
    const error = Object.defineProperty(new Error(), 'message', { value: message });
    expect((shown(error) as Error).message).toBe(expected);
  });

  it('can be given other members by whoever rewrites an error on its way, as an error reporter does', () => {
    const clean = shown(new Error('first', { cause: 'why' })) as Error;
    Object.defineProperties(clean, { message: { value: 'second' }, name: { value: 'Odd' }, cause: { value: 'it' } });
    expect([clean.message, clean.name, clean.cause]).toEqual(['second', 'Odd', 'it']);
  });

  it('that is its own cause ends', () => {
    const error = new Error('round');
    error.cause = error;
    expect((shown(error) as Error).cause).toBe('[circular]');
  });
});

describe('a copy that is made before the secrets are known', () => {
  it('leaves a text that is too long out whole', () => {
    expect(readable('a'.repeat(200_000))).toHaveLength(200_000);
    expect(readable('a'.repeat(200_001))).toBe('[200001 characters]');
    expect(readable(['a'.repeat(200_000), 'b'])).toEqual(['a'.repeat(200_000), '[1 characters]']);
  });

  it('is as deep as the other', () => {
    expect(readable(nested(8))).toEqual(nested(8));
  });

  it('withholds by names alone', () => {
    expect(readable({ token: 'x', text: 'hidden' })).toEqual({ token: '[withheld]', text: 'hidden' });
  });
});
