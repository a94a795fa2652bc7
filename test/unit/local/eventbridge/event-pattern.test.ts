import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEventPattern } from '../../../../lib/local/eventbridge/check-event-pattern.ts';
import { matchesPattern } from '../../../../lib/local/eventbridge/event-pattern.ts';

const matches = (pattern: object, event: Record<string, unknown>) => matchesPattern(checkEventPattern(pattern), event);

describe('a field meets', () => {
  test.each<[string, unknown[], unknown, boolean]>([
    ['an equal string', ['a', 'b'], 'b', true],
    ['no other string', ['a'], 'A', false],
    ['an equal number', [300], 3e2, true],
    ['no number written as text', [300], '300', false],
    ['null', [null], null, true],
    ['a boolean', [true], true, true],
    ['any member of a list', ['b'], ['a', 'b'], true],
    ['no list without the member', ['c'], ['a', 'b'], false],
    ['a prefix', [{ prefix: 'eu-' }], 'eu-west-1', true],
    ['no other prefix', [{ prefix: 'us-' }], 'eu-west-1', false],
    ['a prefix in any case', [{ prefix: { 'equals-ignore-case': 'EU-' } }], 'eu-west-1', true],
    ['a suffix', [{ suffix: '.png' }], 'a.png', true],
    ['a suffix in any case', [{ suffix: { 'equals-ignore-case': '.PNG' } }], 'a.png', true],
    ['a text in any case', [{ 'equals-ignore-case': 'Alice' }], 'ALICE', true],
    ['a wildcard', [{ wildcard: 'a*c*' }], 'abcd', true],
    ['no half of a wildcard', [{ wildcard: 'a*c' }], 'abcd', false],
    ['a wildcard with an escaped star', [{ wildcard: 'a\\*' }], 'a*', true],
    ['no text for an escaped star', [{ wildcard: 'a\\*' }], 'ab', false],
    ['no text that a wildcard would need twice', [{ wildcard: 'ab*ba' }], 'aba', false],
    ['a wildcard with what comes between', [{ wildcard: 'a*b*b*c' }], 'a-b-b-c', true],
    ['no wildcard with half of it', [{ wildcard: 'a*b*b*c' }], 'a-b-c', false],
    ['a wildcard over lines', [{ wildcard: '*b' }], 'a\n\nb', true],
    ['a dot for a dot only', [{ wildcard: 'a.*' }], 'abc', false],
    ['anything but a text', [{ 'anything-but': 'a' }], 'b', true],
    ['nothing that is excluded', [{ 'anything-but': ['a', 'b'] }], 'b', false],
    ['anything but a number', [{ 'anything-but': [1, 2] }], 3, true],
    ['anything but a prefix', [{ 'anything-but': { prefix: ['x', 'y'] } }], 'abc', true],
    ['nothing with an excluded prefix', [{ 'anything-but': { prefix: ['x', 'a'] } }], 'abc', false],
    ['anything but a wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], '/src/a', true],
    ['a range', [{ numeric: ['>', 0, '<=', 5] }], 5, true],
    ['nothing outside of a range', [{ numeric: ['>', 0, '<=', 5] }], 0, false],
    ['a number by =', [{ numeric: ['=', 3.5] }], 3.5, true],
    ['no text in a range', [{ numeric: ['>', 0] }], '1', false],
    ['an address in a block', [{ cidr: '10.0.0.0/24' }], '10.0.0.255', true],
    ['no address outside of it', [{ cidr: '10.0.0.0/24' }], '10.0.1.0', false],
    ['being there', [{ exists: true }], 0, true],
    ['not being there', [{ exists: false }], undefined, true],
    ['nothing when it should not be there', [{ exists: false }], null, false],
    ['one of several', ['a', { numeric: ['<', 3] }, { exists: false }], 2, true],
    ['nothing when it is missing', [{ 'anything-but': 'a' }], undefined, false],
  ])('%s', (_name, wanted, value, expected) => {
    expect(matches({ field: wanted }, value === undefined ? {} : { field: value })).toBe(expected);
  });
});

test('every field of a pattern has to fit, and what it does not name does not matter', () => {
  const pattern = { source: ['shop'], detail: { state: ['PAID'], total: [{ numeric: ['>=', 10] }] } };

  expect(matches(pattern, { source: 'shop', id: '1', detail: { state: 'PAID', total: 10, more: {} } })).toBe(true);
  expect(matches(pattern, { source: 'shop', detail: { state: 'PAID', total: 9 } })).toBe(false);
  expect(matches(pattern, { source: 'shop' })).toBe(false);
});

test('a field below one that is missing does not exist', () => {
  expect(matches({ detail: { error: { code: [{ exists: false }] } } }, { detail: {} })).toBe(true);
});

test('a wildcard of many stars takes no longer than one, however long the text', () => {
  // Tried in each place of each star, it would not end.
  expect(matches({ field: [{ wildcard: `${'*a'.repeat(12)}*b` }] }, { field: 'a'.repeat(100_000) })).toBe(false);
});

test('an object is no value', () => {
  expect(matches({ detail: [{ exists: true }] }, { detail: { a: 1 } })).toBe(false);
});

test('one object of a list has to meet all that is said of it', () => {
  const pattern = { items: { name: ['a'], count: [2] } };

  expect(
    matches(pattern, {
      items: [
        { name: 'a', count: 1 },
        { name: 'b', count: 2 },
      ],
    }),
  ).toBe(false);
  expect(matches(pattern, { items: [{ name: 'b' }, { name: 'a', count: 2 }] })).toBe(true);
});

test('$or takes any of its patterns, at every level', () => {
  const pattern = { source: ['shop'], detail: { $or: [{ state: ['PAID'] }, { total: [{ numeric: ['>', 100] }] }] } };

  expect(matches(pattern, { source: 'shop', detail: { state: 'OPEN', total: 101 } })).toBe(true);
  expect(matches(pattern, { source: 'shop', detail: { state: 'OPEN', total: 100 } })).toBe(false);
});

test('every scalar meets itself, and nothing that is excluded', () => {
  const scalar = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  );
  fc.assert(fc.property(scalar, (value) => matches({ field: [value] }, { field: value })));
  fc.assert(fc.property(fc.string(), (value) => !matches({ field: [{ 'anything-but': value }] }, { field: value })));
});

test('a wildcard made of a text with its middle cut out meets that text', () => {
  const escaped = (text: string) => text.replace(/[\\*]/g, '\\$&');
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (head, middle, tail) =>
      matches({ field: [{ wildcard: `${escaped(head)}*${escaped(tail)}` }] }, { field: `${head}${middle}${tail}` }),
    ),
  );
});

test.each<[string, unknown, string]>([
  ['no object', [], 'the pattern must be a JSON object'],
  ['bad JSON', '{', 'the pattern is not JSON'],
  ['nothing', {}, 'empty objects are not allowed'],
  ['a bare value', { source: 'shop' }, '"source" must be an object or an array'],
  ['an empty list', { detail: { state: [] } }, '"detail.state" must not be an empty array'],
  ['an unknown matcher', { source: [{ startsWith: 'a' }] }, '"source" uses the unknown matcher "startsWith"'],
  ['a bad comparison', { total: [{ numeric: ['~', 1] }] }, '"total" has a "numeric" that is not valid: ["~",1]'],
  ['two stars in a row', { source: [{ wildcard: 'a**' }] }, '"source" has a "wildcard" that is not valid'],
  [
    'a backslash before a letter',
    { source: [{ wildcard: 'C:\\temp' }] },
    '"source" has a "wildcard" that is not valid',
  ],
  ['texts and numbers', { a: [{ 'anything-but': [1, 'x'] }] }, '"a" has a "anything-but" that is not valid: [1,"x"]'],
  ['no prefix', { a: [{ 'anything-but': { prefix: [] } }] }, '"a" has a "anything-but" that is not valid'],
  ['a number beyond 5e9', { a: [{ numeric: ['>', 6e9] }] }, '"a" has a "numeric" that is not valid: [">",6000000000]'],
  ['a bound beyond 5e9', { a: [{ numeric: ['>', 0, '<', 1e12] }] }, '"a" has a "numeric" that is not valid'],
  ['one alternative', { $or: [{ a: [1] }] }, '"$or" must hold at least two patterns'],
])('a pattern of %s is refused', (_name, pattern, reason) => {
  expect(() => checkEventPattern(pattern)).toThrow(`Event pattern is not valid. Reason: ${reason}`);
});
