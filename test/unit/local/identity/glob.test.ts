import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../../../lib/local/identity/policy/glob.ts';

const none = () => undefined;

function matches(pattern: string, value: string, values: Record<string, string> = {}) {
  return compileGlob(pattern, { variables: true }).matches(value, (name) => values[name]);
}

/** The plain definition: what a pattern matches, character by character. */
function oracle(pattern: readonly string[], value: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return value.length === 0;
  if (first === '*') return oracle(rest, value) || (value.length > 0 && oracle(pattern, value.slice(1)));
  if (value.length === 0) return false;
  return (first === '?' || first === value[0]) && oracle(rest, value.slice(1));
}

describe('compileGlob', () => {
  it.each([
    ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/a/b', true],
    ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket', false],
    ['*', '', true],
    ['?', '', false],
    ['a?c', 'a😀c', true],
    ['a.c', 'abc', false],
    ['*a*b', 'xaxbxab', true],
    ['*ab', 'aab', true],
  ])('matches %s with %s: %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it('agrees with the plain definition on any pattern and value', () => {
    const letters = fc.constantFrom('a', 'b', '😀');
    const patterns = fc.array(fc.oneof(letters, fc.constantFrom('*', '?')), { maxLength: 8 });
    fc.assert(
      fc.property(patterns, fc.array(letters, { maxLength: 8 }), (pattern, value) => {
        expect(matches(pattern.join(''), value.join(''))).toBe(oracle(pattern, value));
      }),
      { numRuns: 1_000 },
    );
  });

  it('stays quick on patterns of many wildcards', () => {
    expect(matches('*a'.repeat(200), `${'a'.repeat(5_000)}b`)).toBe(false);
  });

  it('puts the value of a variable in its place, without wildcards', () => {
    expect(matches(`home/\${aws:userid}/*`, 'home/ada/x', { 'aws:userid': 'ada' })).toBe(true);
    expect(matches(`home/\${aws:userid}/*`, 'home/ada/x', { 'aws:userid': '*' })).toBe(false);
  });

  it('cannot tell when a variable has no value, unless it has a default', () => {
    expect(matches(`home/\${aws:userid}`, 'home/')).toBeUndefined();
    expect(matches(`home/\${aws:userid, 'guest'}`, 'home/guest')).toBe(true);
  });

  it('takes escaped characters for themselves', () => {
    expect(matches(`a\${*}b\${?}\${$}`, 'a*b?$')).toBe(true);
    expect(matches(`a\${*}`, 'aa')).toBe(false);
  });

  it('knows no variables in policies of the old version', () => {
    expect(compileGlob(`\${a}`, { variables: false }).matches(`\${a}`, none)).toBe(true);
  });

  it('ignores case where actions are compared', () => {
    expect(compileGlob('S3:Get*', { variables: false, ignoreCase: true }).matches('s3:getObject', none)).toBe(true);
  });
});
