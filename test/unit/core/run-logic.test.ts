import { continueAfter, fail, succeed } from 'ringback';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deadline } from '../../../lib/core/deadline.ts';
import { DeadlineError } from '../../../lib/core/errors.ts';
import { runLogic } from '../../../lib/core/run-logic.ts';
import type { StrayErrorListener } from '../../../lib/core/stray-errors.ts';

let lines: string[];
let listener: StrayErrorListener | undefined;
let pass: (error: DeadlineError) => void;
let leftMs: number;
let deadline: Deadline;
beforeEach(() => {
  lines = [];
  leftMs = 1_000;
  listener = undefined;
  const passed = new Promise<DeadlineError>((resolve) => {
    pass = resolve;
  });
  deadline = { signal: new AbortController().signal, remainingMs: () => leftMs, passed, clear: () => undefined };
});

const log =
  (level: string) =>
  (message: string, fields: object = {}) =>
    void lines.push([level, message, ...Object.values(fields).map(String)].join(': '));
const runtime = {
  log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
  listenForStrayErrors(hears: StrayErrorListener) {
    listener = hears;
    return () => {
      listener = undefined;
    };
  },
};
const run = (logic: (task: { remainingMs(): number }) => unknown) =>
  runLogic(logic, { deadline, runtime, createTask: (time) => time });
/** A promise that ends when the test wants. */
function ending() {
  let resolve: (value: undefined) => void = () => undefined;
  let reject: (error: Error) => void = resolve as () => void;
  const promise = new Promise<undefined>((...ends) => {
    [resolve, reject] = ends;
  });
  return { promise, resolve, reject };
}
/** Lets everything happen that is ready. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the outcome of logic', () => {
  it.each<[string, unknown, unknown]>([
    ['of nothing', undefined, succeed()],
    ['of null', null, succeed()],
    ['of an outcome', fail('no'), fail('no')],
    ['of a promise', Promise.resolve(continueAfter({ seconds: 1 })), continueAfter({ seconds: 1 })],
  ])('is that %s', async (_what, returned, outcome) => {
    expect(await run(() => returned)).toEqual(outcome);
    expect([lines, listener]).toEqual([[], undefined]);
  });

  it.each<[unknown, string]>([
    [new Error('not healthy'), 'not healthy'],
    [new TypeError('no', { cause: new Error('deeper') }), 'TypeError: no; caused by: deeper'],
    [Promise.resolve(new Error('later')), 'later'],
  ])('is what a returned error says: %o', async (returned, text) => {
    await expect(run(() => returned)).rejects.toThrow(`the logic returned an error instead of throwing it: ${text}`);
  });

  it.each<[unknown, string]>([
    ['hidden', 'a text of 6 characters'],
    [5, 'number 5'],
    [false, 'boolean false'],
    [10n, 'a bigint'],
    [() => 1, 'a function'],
    [[1], 'an array'],
    [{}, 'an object with the members (none)'],
    [{ a: 1, b: 2 }, 'an object with the members a, b'],
    [
      Object.fromEntries(Array.from('abcdefghi', (name) => [name, 1])),
      'an object with the members a, b, c, d, e, f, g, h;',
    ],
  ])('is none that is %o', async (returned, text) => {
    const running = run(() => returned);
    await expect(running).rejects.toThrow(`the logic returned ${text}`);
    await expect(running).rejects.toThrow('return succeed(), fail(), continueAfter(), defer() or nothing');
    await expect(running).rejects.toMatchObject({ code: 'INVALID_OUTCOME' });
  });

  it('is what it throws, as it is', async () => {
    for (const thrown of [new TypeError('a bug'), 'a text', undefined]) {
      const throwing = () => {
        throw thrown;
      };
      await expect(run(throwing)).rejects.toBe(thrown);
      expect(listener).toBeUndefined();
    }
  });

  it('is what the making of its task throws', async () => {
    const createTask = () => Promise.reject(new Error('no parameters'));
    await expect(runLogic(() => succeed(), { deadline, runtime, createTask })).rejects.toThrow('no parameters');
  });
});

describe('logic', () => {
  it('knows how much time it has', async () => {
    leftMs = 77;
    expect(await run((task) => fail(String(task.remainingMs())))).toMatchObject({ reason: '77' });
  });

  it('does not begin where no time is left for it', async () => {
    leftMs = 0;
    let began = false;
    const running = run(() => {
      began = true;
    });
    const late = new DeadlineError('too late');
    pass(late);
    await expect(running).rejects.toBe(late);
    expect([began, listener]).toEqual([false, undefined]);
  });

  it.each<[string, (end: ReturnType<typeof ending>) => void, readonly string[]]>([
    [
      'returns',
      ({ resolve }) => resolve(undefined),
      ['warn: the logic ended after its time was up; its outcome changes nothing'],
    ],
    ['throws', ({ reject }) => reject(new Error('no')), ['warn: the logic failed after its time was up: Error: no']],
  ])('that %s when its time is up changes nothing, and is logged', async (_how, finish, expected) => {
    const end = ending();
    const running = run(() => end.promise);
    const late = new DeadlineError('too late');
    pass(late);
    await expect(running).rejects.toBe(late);
    expect(lines).toEqual([]);
    finish(end);
    await settle();
    expect(lines).toEqual(expected);
  });

  it('fails by what is thrown outside of it, and goes on after a rejection that nobody waited for', async () => {
    const end = ending();
    const running = run(() => end.promise);
    listener?.onRejection(new Error('forgotten'));
    await settle();
    expect(lines).toEqual(['error: a promise was rejected and nobody waited for it: Error: forgotten']);
    const stray = new Error('in a timer');
    listener?.onException(stray);
    await expect(running).rejects.toBe(stray);
    expect(lines.slice(1)).toEqual(['error: an error was thrown outside of the logic: Error: in a timer']);
  });
});
