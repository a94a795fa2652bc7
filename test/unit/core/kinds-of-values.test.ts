import { describe, expect, it } from 'vitest';
import {
  describeValue,
  isAnything,
  isListOfTexts,
  isNumber,
  isOneOf,
  isSignal,
  isString,
  isText,
  listOf,
  type OptionKind,
  objectWith,
  recordOf,
} from '../../../lib/core/option-kinds.ts';

describe('a value of a kind', () => {
  it.each<[string, OptionKind, unknown, string | undefined]>([
    ['text', isText, 'a', undefined],
    ['text', isText, '', 'must be a text, not empty, but is empty'],
    ['text that may be empty', isString, '', undefined],
    ['text that may be empty', isString, 5, 'must be a text, but is the number 5'],
    ['number', isNumber, 0, undefined],
    ['number', isNumber, Number.NaN, 'must be a number, but is the number NaN'],
    ['anything', isAnything, Symbol('x'), undefined],
    ['signal', isSignal, new AbortController().signal, undefined],
    ['signal', isSignal, { aborted: false }, 'must be an AbortSignal, but is an object'],
    ['signal', isSignal, null, 'must be an AbortSignal, but is null'],
    ['list of texts', isListOfTexts, [], undefined],
    ['list of texts', isListOfTexts, ['a', ''], undefined],
    ['list of texts', isListOfTexts, 'a', 'must be a list of texts, but is "a"'],
    ['list of texts', isListOfTexts, [true, 'a'], 'must be a list of texts, but entry 0 is the boolean true'],
    ['list of texts', isListOfTexts, ['a', null], 'must be a list of texts, but entry 1 is null'],
    ['list', listOf(isText), ['a'], undefined],
    ['list', listOf(isText), { length: 1 }, 'must be a list, but is an object'],
    ['list', listOf(isText), ['', 'a'], 'is wrong: entry 0 must be a text, not empty, but is empty'],
    ['list', listOf(isText), ['a', []], 'is wrong: entry 1 must be a text, not empty, but is an array'],
    ['object with texts', objectWith('bucket', 'key'), { bucket: 'b', key: 'k', more: 1 }, undefined],
    [
      'object with texts',
      objectWith('bucket', 'key'),
      { bucket: 'b', key: 1 },
      'must be an object with texts as bucket, key, but is an object',
    ],
    ['object with texts', objectWith('length'), 'text', 'must be an object with texts as length, but is "text"'],
    ['object with texts', objectWith('a'), null, 'must be an object with texts as a, but is null'],
    ['one of a few', isOneOf('fail', 'retry'), 'retry', undefined],
    ['one of a few', isOneOf('fail', 'retry'), 'rerun', 'must be fail or retry, but is "rerun"'],
    ['record', recordOf(isString), { a: '', b: 'x' }, undefined],
    ['record', recordOf(isString), new Map(), 'must be an object, but is an object (Map)'],
    ['record', recordOf(isString), { a: 'x', b: () => 1 }, 'is wrong: "b" must be a text, but is a function'],
  ])('%s: what is wrong with it', (_kind, kind, value, problem) => {
    expect(kind(value)).toBe(problem);
  });

  it.each([
    ['x'.repeat(40), JSON.stringify('x'.repeat(40))],
    ['x'.repeat(41), 'a text of 41 characters'],
    [undefined, 'undefined'],
    [1n, 'a bigint'],
  ])('is shown in few words, and a long text not at all: %s', (value, shown) => {
    expect(describeValue(value)).toBe(shown);
  });
});
