import { ConfigurationError, PermissionError, RetryableError, UnavailableError } from 'ringback';
import { describe, expect, it } from 'vitest';
import { describeError, failureOf } from '../../../lib/core/failure.ts';

const named = (name: string, message = 'no') => Object.assign(new Error(message), { name });
const throwing = () => {
  throw new Error('unreadable');
};
const caused = (message: string, cause: unknown) => new Error(message, { cause });
/** An error whose every cause has a cause. */
class Endless extends Error {
  readonly #level: number;
  constructor(level = 0) {
    super(`on ${level}`);
    this.#level = level;
  }
  override get cause() {
    return new Endless(this.#level + 1);
  }
}
/** An error that stands for others, by this name; no class of ours. */
const withErrors = (errors: unknown) => Object.assign(new Error('all'), { errors });
/** What `using` throws, where Node has it and where a compiler stands in for it. */
const suppressing = () =>
  Object.assign(new Error('x'), { name: 'SuppressedError', error: new Error('late'), suppressed: new Error('body') });
const causes = ([message, ...rest]: readonly string[]): unknown =>
  message === undefined ? undefined : caused(message, causes(rest));
const chain = (length: number): unknown => (length === 0 ? undefined : caused(`level ${length}`, chain(length - 1)));

describe('the text of a thrown value', () => {
  it.each<[string, unknown, string]>([
    ['an error', new Error('no'), 'no'],
    ['an error by another name', new TypeError('no'), 'TypeError: no'],
    ['an error without a message', new Error(), 'Error'],
    ['an error whose message nobody sees', new TypeError(' \u200b\u001b[31m\n'), 'TypeError'],
    ['an error of a name and no message', new RangeError(), 'RangeError'],
    ['an error without a name', named(''), 'no'],
    ['an error of Ringback', new ConfigurationError('no'), 'no'],
    ['an error whose name is a number', Object.assign(new Error('no'), { name: 5 }), '5: no'],
    ['an error whose name cannot be read', Object.defineProperty(new Error('no'), 'name', { get: throwing }), 'no'],
    [
      'an error whose message cannot be read',
      Object.defineProperty(new Error('no'), 'message', { get: throwing }),
      'a message that cannot be read',
    ],
    ['an error whose message is an object', Object.assign(new Error(), { message: { a: 1 } }), '{"a":1}'],
    ['a text', 'no', 'no'],
    ['an empty text', '', 'the logic threw an empty text'],
    ['nothing', undefined, 'the logic threw undefined'],
    ['null', null, 'the logic threw null'],
    ['nought', 0, '0'],
    ['a boolean', false, 'false'],
    ['a function', throwing, String(throwing)],
    ['a list', ['a', 1], '["a",1]'],
    ['a moment', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an object', { code: 'X', token: 'hidden' }, '{"code":"X","token":"[withheld]"}'],
    ['an object with an error in it', { failed: new TypeError('no') }, '{"failed":"TypeError: no"}'],
    ['an empty object', {}, '{}'],
    ['an empty object without a prototype', Object.create(null), '{}'],
    ['an object whose own text says more', new Request('http://a.example/'), '[object Request]'],
    ['an object of a class without members', new (class Odd {})(), '[object Object]'],
    ['a member of which nobody knows more', { a: Proxy.revocable({}, {}).proxy }, '{"a":{}}'],
  ])('is its own: %s', (_what, thrown, expected) => {
    expect(describeError(thrown)).toBe(expected);
  });

  it.each<[string, unknown, string]>([
    ['a cause', caused('no', new TypeError('why')), 'no; caused by: TypeError: why'],
    ['a cause that is a text', caused('no', 'why'), 'no; caused by: why'],
    [
      'what a disposal suppressed, and what it threw',
      suppressing(),
      'SuppressedError: x; caused by: body; caused by: late',
    ],
    ['no member "error" of another error', Object.assign(new Error('no'), { error: new Error('other') }), 'no'],
    ['no cause that is null', caused('no', null), 'no'],
    ['no cause that the message repeats', caused('no: why', new Error('why')), 'no: why'],
    ['a cause that is longer', caused('why', new Error('why not')), 'why; caused by: why not'],
    ['a cause’s cause', chain(3), 'level 3; caused by: level 2; caused by: level 1'],
    ['five causes whole', chain(5), [5, 4, 3, 2, 1].map((level) => `level ${level}`).join('; caused by: ')],
    [
      'of more causes the first and the last',
      chain(7),
      'level 7; caused by: level 6; caused by: level 5; caused by: level 4; and 2 more; caused by: level 1',
    ],
    ['what many causes say alike once', causes(['same', 'same', 'same', 'same', 'same', 'same', 'same']), 'same'],
    [
      'what stands at the end of many that say the same',
      causes(['same', 'same', 'same', 'same', 'same', 'same', 'why']),
      'same; caused by: why',
    ],
    [
      'how many it does not tell, where the last is told already',
      Object.assign(chain(7) as Error, { message: 'level 7 of level 1' }),
      'level 7 of level 1; caused by: level 6; caused by: level 5; caused by: level 4; and 2 more',
    ],
    [
      'its cause before its errors, and their causes last',
      Object.assign(withErrors([caused('one', 'deep'), 'two']), { cause: 'first' }),
      ['all', 'first', 'one', 'two', 'deep'].join('; caused by: '),
    ],
    [
      'of many errors the first and the last',
      withErrors(['1', '2', '3', '4', '5', '6']),
      'all; caused by: 1; caused by: 2; caused by: 3; and 2 more; caused by: 6',
    ],
    ['no errors that are no list', withErrors('text'), 'all'],
    ['no error that is missing', withErrors([undefined, null, 'one']), 'all; caused by: one'],
    ['no cause of what is no error', Object.defineProperty({}, 'cause', { value: 'why' }), '{}'],
    [
      'some of those that have no end',
      new Endless(),
      'on 0; caused by: on 1; caused by: on 2; caused by: on 3; and more than 95 more; caused by: on 99',
    ],
    [
      'nothing of a cause that cannot be read',
      Object.defineProperty(new Error('no'), 'cause', { get: throwing }),
      'no',
    ],
    ['nothing of a list of errors that cannot be read', withErrors(new Proxy([], { get: throwing })), 'all'],
    [
      'nothing of errors that cannot be read',
      Object.defineProperty(new Error('no'), 'errors', { get: throwing }),
      'no',
    ],
  ])('has at its end %s', (_what, thrown, expected) => {
    expect(describeError(thrown)).toBe(expected);
  });
});

describe('the failure of a thrown value', () => {
  it.each<[string, unknown, string]>([
    ['ConfigurationError', new ConfigurationError('no'), 'configuration'],
    ['PermissionError', new PermissionError('no'), 'permission'],
    ['UnavailableError', new UnavailableError('no'), 'unavailable'],
    ['RetryableError', new RetryableError('no'), 'failed'],
    [
      'one that stands for many and says so',
      Object.assign(new RetryableError('no'), { category: 'unavailable' }),
      'unavailable',
    ],
    ['one whose category is none', Object.assign(new RetryableError('no'), { category: 'mine' }), 'failed'],
    ['somebody’s own with a category', Object.assign(new Error('no'), { category: 'permission' }), 'failed'],
    ...[
      'AccessDenied',
      'AccessDeniedException',
      'UnauthorizedOperation',
      'AuthorizationError',
      'AuthorizationErrorException',
    ].map((name): [string, unknown, string] => [name, named(name), 'permission']),
    ...['NotAccessDenied', 'AccessDeniedTwice', 'AccessDeniedExceptionX', 'Error'].map(
      (name): [string, unknown, string] => [name, named(name), 'failed'],
    ),
    ['an object by the name of one', { name: 'AccessDenied' }, 'failed'],
    ['a name that cannot be read', Object.defineProperty(new Error('no'), 'name', { get: throwing }), 'failed'],
    ['nothing', undefined, 'failed'],
    ['null', null, 'failed'],
  ])('is of the category that %s tells', (_what, thrown, category) => {
    expect(failureOf(thrown)).toMatchObject({ kind: 'failed', category });
  });

  it.each<[string, unknown, object]>([
    ['an object', Object.assign(new Error('no'), { details: { type: 'X' } }), { type: 'X' }],
    ['null', Object.assign(new Error('no'), { details: null }), {}],
    ['a text', Object.assign(new Error('no'), { details: 'why' }), {}],
    ['nothing', new Error('no'), {}],
    ['what cannot be read', Object.defineProperty(new Error('no'), 'details', { get: throwing }), {}],
  ])('takes along the details where they are an object: %s', (_what, thrown, details) => {
    expect(failureOf(thrown)).toEqual({ kind: 'failed', reason: 'no', category: 'failed', details });
  });
});
