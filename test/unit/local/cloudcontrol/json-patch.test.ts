import { describe, expect, it } from 'vitest';
import { applyPatch, parsePatch } from '../../../../lib/local/cloudcontrol/json-patch.ts';

const document = { a: 1, list: ['x', 'y'], nested: { 'b/c': true } };
const apply = (...patch: object[]) => applyPatch(document, parsePatch(JSON.stringify(patch)));

describe('a patch', () => {
  it.each([
    ['adds a member', [{ op: 'add', path: '/b', value: 2 }], { ...document, b: 2 }],
    ['adds without a leading slash', [{ op: 'add', path: 'b', value: 2 }], { ...document, b: 2 }],
    ['adds to the end of a list', [{ op: 'add', path: '/list/-', value: 'z' }], { ...document, list: ['x', 'y', 'z'] }],
    ['inserts into a list', [{ op: 'add', path: '/list/1', value: 'z' }], { ...document, list: ['x', 'z', 'y'] }],
    ['replaces', [{ op: 'replace', path: '/list/0', value: 'z' }], { ...document, list: ['z', 'y'] }],
    ['removes', [{ op: 'remove', path: '/list/0' }], { ...document, list: ['y'] }],
    ['reads escapes', [{ op: 'remove', path: '/nested/b~1c' }], { ...document, nested: {} }],
    ['moves', [{ op: 'move', from: '/a', path: '/nested/a' }], { list: ['x', 'y'], nested: { 'b/c': true, a: 1 } }],
    ['copies', [{ op: 'copy', from: '/a', path: '/b' }], { ...document, b: 1 }],
    ['tests', [{ op: 'test', path: '/list', value: ['x', 'y'] }], document],
  ])('%s', (_, patch, expected) => {
    expect(apply(...patch)).toEqual(expected);
    expect(document).toEqual({ a: 1, list: ['x', 'y'], nested: { 'b/c': true } });
  });

  it.each([
    ['replaces what is not there', { op: 'replace', path: '/b', value: 1 }],
    ['removes what is not there', { op: 'remove', path: '/list/2' }],
    ['adds behind the end of a list', { op: 'add', path: '/list/3', value: 1 }],
    ['adds at a place with a leading zero', { op: 'add', path: '/list/01', value: 1 }],
    ['adds at a place that is no number', { op: 'add', path: '/list/', value: 1 }],
    ['removes from a place with a leading zero', { op: 'remove', path: '/list/00' }],
    ['fails its test', { op: 'test', path: '/a', value: 2 }],
    ['has no value', { op: 'add', path: '/b' }],
    ['has an unknown operation', { op: 'merge', path: '/b' }],
  ])('is refused where it %s', (_, operation) => {
    expect(() => apply(operation)).toThrow();
  });

  it('keeps __proto__ a member like any other', () => {
    const patched = applyPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }]);
    expect(Object.getPrototypeOf(patched)).toBe(Object.prototype);
    expect(Object.keys(patched)).toEqual(['__proto__']);
  });
});
