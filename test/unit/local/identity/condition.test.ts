import { describe, expect, it } from 'vitest';
import { compileCondition, requestKeys } from '../../../../lib/local/identity/policy/condition.ts';

function holds(operator: string, wanted: string[], actual: string | string[] | undefined) {
  const context = requestKeys({ 'Test:Key': actual, 'aws:userid': 'ada' });
  return compileCondition(operator, 'test:key', wanted, true).holds(context);
}

const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:gate';

describe('compileCondition', () => {
  it.each<[string, string[], string | string[] | undefined, boolean | undefined]>([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', ['a*'], 'ab', false],
    ['StringEquals', ['a'], 'A', false],
    ['StringEquals', [`\${aws:userid}`], 'ada', true],
    ['StringEquals', [`\${aws:nobody}`], 'ada', undefined],
    ['StringEquals', ['a'], undefined, false],
    ['StringEqualsIfExists', ['a'], undefined, true],
    ['StringEqualsIfExists', ['a'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringNotEquals', ['a'], undefined, true],
    ['StringEqualsIgnoreCase', ['AbC'], 'aBc', true],
    ['StringNotEqualsIgnoreCase', ['AbC'], 'aBc', false],
    ['StringLike', ['a*', 'b?'], 'b1', true],
    ['StringNotLike', ['a*'], 'abc', false],
    ['ArnLike', ['arn:aws:lambda:*:123456789012:function:*'], FUNCTION_ARN, true],
    ['ArnEquals', ['arn:aws:lambda:*:*:function:gate'], FUNCTION_ARN, true],
    // A wildcard of one part does not reach into the next.
    ['ArnLike', ['arn:aws:lambda:*:function:gate'], FUNCTION_ARN, false],
    ['ArnNotLike', ['arn:aws:lambda:*:123456789012:function:*'], FUNCTION_ARN, false],
    ['ArnLike', [`arn:aws:lambda:eu-west-1:123456789012:function:\${aws:userid}`], FUNCTION_ARN, false],
    ['Bool', ['true'], 'True', true],
    ['Bool', ['false'], 'true', false],
    ['Null', ['true'], undefined, true],
    ['Null', ['false'], 'x', true],
    ['Null', ['true'], 'x', false],
    ['Null', ['True'], undefined, true],
    ['NumericLessThan', ['10'], '9', true],
    ['NumericLessThan', ['10'], 'many', false],
    ['NumericEquals', ['10'], '10.0', true],
    ['NumericNotEquals', ['10'], '10', false],
    ['NumericGreaterThanEquals', ['10'], '10', true],
    ['DateLessThan', ['2026-01-02T00:00:00Z'], '2026-01-01T00:00:00Z', true],
    ['DateGreaterThan', ['1767225600'], '2026-01-01T00:00:01Z', true],
    ['IpAddress', ['10.0.0.0/8'], '10.1.2.3', true],
    ['IpAddress', ['10.0.0.0/8', '127.0.0.1'], '127.0.0.1', true],
    ['NotIpAddress', ['10.0.0.0/8'], '10.1.2.3', false],
    ['IpAddress', ['2001:db8::/32'], '2001:db8::1', true],
    ['ForAnyValue:StringEquals', ['a'], ['b', 'a'], true],
    ['ForAnyValue:StringEquals', ['a'], undefined, false],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', ['a'], undefined, true],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'a'], false],
    ['ForAnyValue:StringNotEquals', ['a'], ['b', 'a'], true],
    ['StringSounds', ['a'], 'a', undefined],
  ])('%s %j with %j gives %s', (operator, wanted, actual, expected) => {
    expect(holds(operator, wanted, actual)).toBe(expected);
  });
});
