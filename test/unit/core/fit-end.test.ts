import { describe, expect, it } from 'vitest';
import { type End, fitted } from '../../../lib/core/decision.ts';
import { fitEnd, tooLate } from '../../../lib/core/fit-end.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import type { Service } from '../../../lib/core/service.ts';

const { redact } = createRedactor();
/** Takes everything but what has a member `bad`. */
const fit: Service['fit'] = (end) => {
  if ('bad' in end.details) throw new TypeError('"bad" does not fit');
  return fitted(end);
};
const decide = (end: unknown) => fitEnd({ fit } as Service, end as End, redact);
const success = (details: unknown) => ({ kind: 'succeeded', details });
const failure = (details: unknown) => ({ kind: 'failed', reason: 'mine', category: 'failed', details });
/** What a failure says that stands in for a success. */
const reasonOf = (details: unknown) => {
  const decision = decide(success(details));
  expect(decision).toMatchObject({ kind: 'failed', category: 'configuration', details: {} });
  return decision.kind === 'failed' ? decision.reason : '';
};

describe('the decision of a success', () => {
  it.each<[unknown, object]>([
    [{ a: [1, undefined] }, { a: [1, null] }],
    [{ a: new Date(0) }, { a: '1970-01-01T00:00:00.000Z' }],
    [{ a: [Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN)] }, { a: ['NaN', 'Infinity', 'Invalid Date'] }],
    [{ a: undefined }, {}],
    [undefined, {}],
    [null, {}],
  ])('has details as JSON holds them: %j', (details, expected) => {
    expect(decide(success(details))).toStrictEqual({ kind: 'succeeded', details: expected });
  });

  it.each<[string, unknown, string]>([
    ['what its service does not take', { bad: 1 }, 'the outcome cannot be reported: TypeError: "bad" does not fit'],
    [
      'a Map',
      { a: new Map() },
      'its details are not JSON: TypeError: "a" is a Map, which JSON does not hold; write Object.fromEntries(map)',
    ],
    ['a Set', { a: new Set() }, '"a" is a Set, which JSON does not hold; write [...set]'],
    ['a promise', { a: Promise.resolve() }, '"a" is a promise, which JSON does not hold; write `await` before it'],
    ['an error', { a: new TypeError('no') }, '"a" is an error, which JSON does not hold; write its message'],
    [
      'a Headers',
      { a: new Headers() },
      '"a" is a Headers, which JSON does not hold; write Object.fromEntries(headers)',
    ],
    ['a Map alone', new Map(), 'TypeError: it is a Map, which'],
    ['a text', 'text', 'its details are not JSON: they are not an object'],
    ['a list', [1], 'its details are not JSON: they are not an object'],
    ['what becomes null', { toJSON: () => null }, 'its details are not JSON: they are not an object'],
    ['a bigint', { a: 1n }, 'its details are not JSON: TypeError: '],
  ])('is a failure where it has %s', (_what, details, reason) => {
    expect(reasonOf(details)).toContain(reason);
  });

  it('may have 379,600 bytes as JSON, and not one more', () => {
    const empty = JSON.stringify(success({ text: '' })).length;
    const details = { text: 'x'.repeat(379_600 - empty) };
    expect(decide(success(details))).toEqual(success(details));
    expect(reasonOf({ text: `${details.text}x` })).toBe(
      'the outcome cannot be reported: it has 379601 bytes as JSON, and the ledger holds 379600; put the rest into a bucket',
    );
  });
});

describe('the decision of a failure', () => {
  it.each<[string, unknown]>([
    ['are a Map', new Map()],
    ['are a text', 'text'],
    ['are a list', [1]],
    ['are missing', undefined],
    ['are more than the ledger holds', { text: 'x'.repeat(380_000) }],
  ])('keeps its own reason, and loses details that %s', (_what, details) => {
    expect(decide(failure(details))).toEqual(failure({}));
  });

  it('keeps details that fit, beside what is lost', () => {
    const details = { a: 1, b: new Map(), c: [/x/, Number.NaN], d: new Error('no') };
    expect(decide(failure(details))).toEqual(failure({ a: 1, c: [null, 'NaN'] }));
  });
});

describe('an answer that nobody gave in time', () => {
  const awaitedUntil = Date.UTC(2026, 0, 1);
  it.each<[Parameters<typeof tooLate>[0], string]>([
    [{ awaitedUntil }, 'the answer was left to somebody else, who gave none until 2026-01-01T00:00:00.000Z'],
    [
      { awaitedUntil, silenceMs: 600_000 },
      'what the answer was left to has not been heard of for 10 minutes; "ringback progress" tells that it is at work',
    ],
    [{ awaitedUntil, silenceMs: 93_000 }, 'has not been heard of for 1.6 minutes'],
    [{ awaitedUntil, silenceMs: 0 }, 'has not been heard of for 0 minutes'],
  ])('is a failure that says so: %j', (late, reason) => {
    expect(tooLate(late)).toEqual({
      kind: 'failed',
      reason: expect.stringContaining(reason),
      category: 'failed',
      details: {},
    });
  });
});
