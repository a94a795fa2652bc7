import { continueAfter, defer, fail, succeed } from 'ringback';
import { fail as failJob } from 'ringback/codepipeline';
import { fail as failHook } from 'ringback/hooks';
import { fail as failOperation } from 'ringback/servicecatalog';
import { describe, expect, it } from 'vitest';
import { isOutcome } from '../../../lib/core/outcome.ts';

const CENTURY_MS = 3_153_600_000_000;

describe('a duration', () => {
  it.each([
    [{ seconds: 1.5 }, 1_500],
    [{ minutes: 1 }, 60_000],
    [{ hours: 1 }, 3_600_000],
    [{ seconds: 1, minutes: 2, hours: 3 }, 10_921_000],
    [{ seconds: 0 }, 0],
    [{ hours: 876_000 }, CENTURY_MS],
  ])('of %j is %i ms', (duration, expected) => {
    expect(continueAfter(duration).delayMs).toBe(expected);
    expect(defer({ within: duration }).withinMs).toBe(expected);
    expect(defer({ within: { hours: 1 }, silence: duration }).silenceMs).toBe(expected);
  });

  it.each<[unknown, string]>([
    [30, 'a duration is an object such as { seconds: 30 }, but got 30'],
    ['1h', 'a duration is an object such as { seconds: 30 }, but got 1h'],
    [null, 'a duration is an object such as { seconds: 30 }, but got null'],
    [undefined, 'a duration is an object such as { seconds: 30 }, but got undefined'],
    [{}, 'a duration has seconds, minutes or hours, but this one has none of them'],
    [new Date(0), 'a duration has seconds, minutes or hours, but this one has none of them'],
    [{ days: 1 }, 'a duration has seconds, minutes and hours that are numbers from 0 up, but got days: 1'],
    [{ seconds: 1, minute: 1 }, 'numbers from 0 up, but got minute: 1'],
    [{ seconds: '5' }, 'numbers from 0 up, but got seconds: 5'],
    [{ seconds: undefined }, 'numbers from 0 up, but got seconds: undefined'],
    [{ minutes: -0.001 }, 'numbers from 0 up, but got minutes: -0.001'],
    [{ hours: Number.NaN }, 'numbers from 0 up, but got hours: NaN'],
    [{ hours: Number.POSITIVE_INFINITY }, 'numbers from 0 up, but got hours: Infinity'],
    [{ seconds: 3_153_600_001 }, 'a duration is at most a hundred years, but is 3153600001 seconds'],
  ])('is not %j', (duration, message) => {
    for (const make of [
      () => continueAfter(duration as never),
      () => defer({ within: duration as never }),
      () => duration === undefined || defer({ within: { hours: 1 }, silence: duration as never }),
    ].slice(0, duration === undefined ? 2 : 3)) {
      expect(make).toThrow(message);
      expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    }
  });
});

describe('an outcome', () => {
  it.each([
    ['a success', succeed(), { kind: 'succeeded', details: {} }],
    ['a success with details', succeed({ summary: 'ok' }), { kind: 'succeeded', details: { summary: 'ok' } }],
    ['a success with details of null', succeed(null as never), { kind: 'succeeded', details: {} }],
    ['a failure', fail('no'), { kind: 'failed', reason: 'no', details: {} }],
    ['a failure of an error', fail(new TypeError('no')), { kind: 'failed', reason: 'TypeError: no', details: {} }],
    ['a failure with details', fail('no', { a: 1 }), { kind: 'failed', reason: 'no', details: { a: 1 } }],
    ['a failure without a reason', fail(null as never), { kind: 'failed', reason: '', details: {} }],
    ['a continuation', continueAfter({ seconds: 1 }), { kind: 'continued', delayMs: 1_000, state: null, details: {} }],
    [
      'a continuation with a state and details',
      continueAfter({ seconds: 1 }, [1], { percentComplete: 5 }),
      { kind: 'continued', delayMs: 1_000, state: [1], details: { percentComplete: 5 } },
    ],
    ['a deferral', defer({ within: { hours: 1 } }), { kind: 'deferred', withinMs: 3_600_000, details: {} }],
    [
      'a deferral with details',
      defer({ within: { hours: 1 }, silence: { seconds: 2 } }, { a: 1 }),
      { kind: 'deferred', withinMs: 3_600_000, silenceMs: 2_000, details: { a: 1 } },
    ],
  ])('is made: %s', (_what, made, expected) => {
    expect(made).toStrictEqual(expected);
    expect(isOutcome(made)).toBe(true);
  });

  it.each<[unknown, string]>([
    ['done', 'succeed takes an object of details, but got a string'],
    [5, 'succeed takes an object of details, but got a number'],
    [false, 'succeed takes an object of details, but got a boolean'],
    [[], 'succeed takes an object of details, but got an array'],
  ])('has no details of %j', (details, message) => {
    expect(() => succeed(details as never)).toThrow(message);
  });

  it.each<[string, () => unknown, string]>([
    [
      'a text in the place of details',
      () => fail('not healthy', 'y' as never),
      'fail takes an object of details, but got a string; the reason was: not healthy',
    ],
    [
      'a promise as its reason',
      () => fail(Promise.resolve('x') as never),
      'fail takes a text or an error, but got a promise',
    ],
    [
      "a detail that a job's failure does not have",
      () => failJob('not healthy', { foo: 1 } as never),
      'fail has no detail "foo"; it has type, externalExecutionId; the reason was: not healthy',
    ],
    [
      "a detail that an operation's failure does not have",
      () => failOperation(new Error('no'), { type: 1 } as never),
      'fail has no detail "type"; it has outputs, resourceIdentifier; the reason was: no',
    ],
    [
      "a detail that a hook's failure does not have",
      () => failHook('no', { message: 1 } as never),
      'fail has no detail "message"; it has errorCode, annotations; the reason was: no',
    ],
  ])('is no failure with %s', (_what, make, message) => {
    expect(make).toThrow(message);
  });

  it('is a failure with the details of its service', () => {
    expect(failJob('no', { type: 'PermissionError' }).details).toEqual({ type: 'PermissionError' });
    expect(failOperation('no', { outputs: { a: 1 } }).details).toEqual({ outputs: { a: 1 } });
    expect(failHook('no', { errorCode: 'InternalFailure' }).details).toEqual({ errorCode: 'InternalFailure' });
  });

  it.each<[unknown, string]>([
    [undefined, 'defer takes { within: { hours: 1 } }, say, but got undefined'],
    [null, 'defer takes { within: { hours: 1 } }, say, but got null'],
    ['1h', 'defer takes { within: { hours: 1 } }, say, but got a string'],
    [60, 'defer takes { within: { hours: 1 } }, say, but got a number'],
  ])('is not deferred by %j', (options, message) => {
    expect(() => defer(options as never)).toThrow(message);
  });

  it.each([
    { kind: 'continued', delayMs: 0 },
    { kind: 'continued', delayMs: CENTURY_MS },
    { kind: 'deferred', withinMs: 0 },
    { kind: 'deferred', withinMs: CENTURY_MS, silenceMs: 0 },
    { kind: 'failed', reason: '' },
  ])('may be made by hand: %j', (value) => {
    expect(isOutcome(value)).toBe(true);
  });

  it.each([
    undefined,
    null,
    'succeeded',
    {},
    { kind: 'success' },
    { kind: 'failed' },
    { kind: 'failed', reason: 5 },
    { kind: 'continued' },
    { kind: 'continued', delayMs: '5' },
    { kind: 'continued', delayMs: -1 },
    { kind: 'continued', delayMs: Number.NaN },
    { kind: 'continued', delayMs: CENTURY_MS + 1 },
    { kind: 'continued', withinMs: 5 },
    { kind: 'deferred' },
    { kind: 'deferred', delayMs: 5 },
    { kind: 'deferred', withinMs: -1 },
    { kind: 'deferred', withinMs: CENTURY_MS + 1 },
    { kind: 'deferred', withinMs: 5, silenceMs: -1 },
    { kind: 'deferred', withinMs: 5, silenceMs: null },
  ])('is not %j', (value) => {
    expect(isOutcome(value)).toBe(false);
  });
});
