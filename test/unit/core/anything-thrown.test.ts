import { runInNewContext } from 'node:vm';
import { continueAfter, defer, fail, RetryableError, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function circular(): Error {
  const error = new Error('round and round');
  error.cause = error;
  return error;
}

function deep(): object {
  let object = {};
  for (let level = 0; level < 100_000; level++) object = { object };
  return object;
}

/** No circle, and yet a tree of 20^20 leaves. */
function wide(): object {
  let object: object = {};
  for (let level = 0; level < 20; level++)
    object = Object.fromEntries(Array.from('abcdefghijklmnopqrst', (name) => [name, object]));
  return object;
}

/** An error in whose place of a text stands the error itself. */
function ownText(places: readonly ('name' | 'message')[]): Error {
  const error = new Error('a text');
  for (const place of places) Object.defineProperty(error, place, { value: error });
  return error;
}

/** Gives a value the first time, and throws from then on. */
function once(value: unknown): () => unknown {
  const values = [value];
  return () => {
    if (values.length === 0) throw new Error('read again');
    return values.pop();
  };
}

/** An object with a getter in the place of a member. */
function withGetter(object: object, name: string, get: () => unknown): object {
  return Object.defineProperty({ ...object }, name, { get, enumerable: true });
}

/** Runs logic that does this, and gives the one answer that its job gets. */
async function answerTo(act: () => unknown) {
  let runs = 0;
  const handler = pipelineJobWith(
    () => runtime,
    () => {
      runs++;
      return act() as undefined;
    },
    { onCrash: 'retry' },
  );
  await handler(pipelineJobEvent(), lambdaContext());
  expect(runs).toBe(1);
  expect(runtime.service.answers).toHaveLength(1);
  expect(await runtime.ledger.list(0)).toMatchObject([{ state: { kind: 'decided' } }]);
  return runtime.service.answers[0];
}

const message = async (act: () => unknown) => (await answerTo(act))?.input.failureDetails.message as string;
const throwing = (value: unknown) => () => {
  throw value;
};

describe('whatever logic throws', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['an error whose message is an object', () => Object.assign(new Error(), { message: { code: 42 } }), /"code":42/],
    [
      'an error whose message cannot be read',
      () => Object.defineProperty(new Error(), 'message', { get: throwing(new Error('no')) }),
      /cannot be read/,
    ],
    ['toJSON that throws', () => ({ toJSON: throwing(new Error('no')) }), /object|cannot be read/],
    ['toString that throws, too', () => ({ toJSON: throwing(1), toString: throwing(2) }), /cannot be read/],
    ['an error that is its own name and message', () => ownText(['name', 'message']), /circular/],
    ['an error that is its own message', () => ownText(['message']), /circular/],
    ['an object that leads to more than can be walked', wide, /\[more\]/],
    [
      'an error whose message leads to more than can be walked',
      () => Object.assign(new Error(), { message: wide() }),
      /more/,
    ],
    ['a circle of causes', circular, /round and round/],
    ['a revoked proxy', revoked, /cannot be read/],
    ['an error with details that are a circle', () => Object.assign(new Error('x'), { details: circular() }), /^x$/],
    [
      'an error with details that cannot be read',
      () => Object.defineProperty(new Error('x'), 'details', { get: throwing(1) }),
      /^x$/,
    ],
    ['an object without a prototype', () => Object.create(null), /\{\}/],
    ['an error without a prototype', () => Object.setPrototypeOf(new Error('bare'), null), /^bare$/],
    ['an error without a prototype or a message', () => Object.setPrototypeOf(new Error(), null), /^Error$/],
    ['a symbol', () => Symbol('why'), /why/],
    ['a bigint', () => 10n, /10/],
    ['nothing', () => undefined, /undefined/],
    ['a frozen error', () => Object.freeze(new Error('cold')), /^cold$/],
    ['an empty text', () => '', /an empty text/],
    ['not a number', () => Number.NaN, /NaN/],
    ['a moment that is none', () => new Date(Number.NaN), /Invalid Date/],
    ['a Map', () => new Map([['a', 1]]), /^\[\["a",1\]\]$/],
    ['a Response', () => new Response('', { status: 500 }), /Response/],
    [
      'an error of another realm',
      () => runInNewContext('new TypeError("elsewhere", { cause: new Error("root") })'),
      /^TypeError: elsewhere; caused by: root$/,
    ],
    [
      'an AggregateError',
      () => new AggregateError([new Error('one'), new Error('two')], 'both'),
      /^AggregateError: both; caused by: one; caused by: two$/,
    ],
    ['an object as deep as no stack is', deep, /object/],
    [
      'a RetryableError whose code cannot be read',
      () => Object.defineProperty(new RetryableError('x'), 'code', { get: throwing(1) }),
      /x$/,
    ],
    [
      'an error that leads to more than can be walked',
      () => Object.assign(new Error('wide'), { wide: wide() }),
      /^wide$/,
    ],
    ['a text of 1.2 MB', () => 'ü'.repeat(1_200_000), /^…ü/],
  ])('answers at once: %s', async (_what, make, expected) => {
    expect(await message(throwing(make()))).toMatch(expected);
  });
});

describe('whatever logic returns', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['a revoked proxy', revoked, /./],
    ['a success whose details are a circle', () => succeed(circular() as never), /./],
    [
      'a success with a getter that throws',
      () => succeed(Object.defineProperty({}, 'summary', { enumerable: true, get: throwing(new Error('nope')) })),
      /nope/,
    ],
    ['a success with a bigint', () => succeed({ variables: { Big: 10n } }), /not JSON/],
    [
      'a success without details',
      () => ({ kind: 'succeeded', details: { toJSON: throwing(new Error('nope')) } }),
      /nope/,
    ],
    ['a failure without a reason', () => ({ kind: 'failed', details: {} }), /returned an object/],
    ['a continuation without a delay', () => ({ kind: 'continued', state: 1, details: {} }), /returned an object/],
    ['a state that is not JSON', () => continueAfter({ seconds: 1 }, 10n as never), /not JSON/],
    [
      'a success whose variables are a Map',
      () => succeed({ variables: new Map([['A', '1']]) as never }),
      /"variables" is a Map/,
    ],
    [
      'a success whose variables are a promise',
      () => succeed({ variables: Promise.resolve({ A: '1' }) as never }),
      /"variables" is a promise.*write `await`/,
    ],
    [
      'a success with a variable that is a promise',
      () => succeed({ variables: { A: Promise.resolve(1) } }),
      /"A" is a promise/,
    ],
    ['a state that is a promise', () => continueAfter({ seconds: 1 }, Promise.resolve(1) as never), /is a promise/],
    ['a success with a text for details', () => succeed('done' as never), /object of details, but got a string/],
    ['a success with a list for details', () => succeed(['done'] as never), /object of details, but got an array/],
    ['a failure without anything', () => fail(undefined as never), /failed without a reason/],
    [
      'a failure whose details become nothing',
      () => fail('mine', { toJSON: () => null } as never),
      /the reason was: mine$/,
    ],
    ['a failure with a text for details', () => fail('mine', 'x' as never), /the reason was: mine$/],
    ['a deferral without an end', () => defer(undefined as never), /defer takes \{ within/],
    ['a delay that is a Date', () => continueAfter(new Date() as never), /has none of them/],
    ['a delay of nothing', () => continueAfter({}), /has none of them/],
    ['a delay beyond the last date', () => continueAfter({ hours: 1e12 }), /a hundred years/],
    ['a deferral beyond the last date', () => defer({ within: { hours: 1e200 } }), /a hundred years/],
    [
      'a delay beyond the last date, made by hand',
      () => ({ kind: 'continued', delayMs: 1e300, state: 1, details: {} }),
      /returned an object/,
    ],
    [
      'a deferral to something that is not JSON',
      () => ({ kind: 'deferred', withinMs: 1_000, details: {}, execution: { id: 10n } }),
      /BigInt/,
    ],
    ['a state that is a Set', () => continueAfter({ seconds: 1 }, { seen: new Set([1]) } as never), /"seen" is a Set/],
    ['a state that is a circle', () => continueAfter({ seconds: 1 }, circular() as never), /./],
    ['a state of half a megabyte', () => continueAfter({ seconds: 1 }, 'ü'.repeat(250_000)), /500002 bytes as JSON/],
  ])('answers at once: %s', async (_what, make, expected) => {
    expect(await message(make)).toMatch(expected);
  });

  it.each<[string, () => unknown]>([
    ['a state that cannot be read again', () => continueAfter({ seconds: 1 }, { toJSON: once({ a: 1 }) } as never)],
    [
      'a delay that is none when it is read again',
      () => withGetter(continueAfter({ seconds: 1 }, 1), 'delayMs', once(1_000)),
    ],
    [
      'an end that is none when it is read again',
      () => withGetter(defer({ within: { seconds: 1 } }), 'withinMs', once(60_000)),
    ],
  ])('goes on with what it reads once: %s', async (_what, make) => {
    const handler = pipelineJobWith(
      () => runtime,
      () => make() as undefined,
    );
    await handler(pipelineJobEvent(), lambdaContext());
    expect(runtime.service.answers).toMatchObject([{ input: { continuationToken: expect.stringMatching(/^rb1:/) } }]);
    expect(await runtime.ledger.list(0)).toMatchObject([{ state: { kind: 'waiting', dueAt: expect.any(Number) } }]);
  });

  it('takes a reason that is an error with a message that is none', async () => {
    expect(await message(() => fail(Object.assign(new Error(), { message: { why: 1 } }) as never))).toMatch(/"why":1/);
  });
});

describe('a decision that the ledger cannot hold', () => {
  it('becomes a failure that says how large it is, in bytes', async () => {
    // 65,536 variables' worth of text within CodePipeline's own limit would fit; what does not is said by CodePipeline.
    expect(await message(() => succeed({ variables: { Large: 'あ'.repeat(196_000) } }))).toMatch(/588005 bytes/);
  });
});
