import { describe, expect, it } from 'vitest';
import { parseFunctionReference } from '../../../../lib/local/lambda/function-reference.ts';
import { createLambdaFixture } from './lambda-fixture.ts';

describe('a reference to a function', () => {
  it.each([
    ['gate', { functionName: 'gate' }],
    ['gate:live', { functionName: 'gate', qualifier: 'live' }],
    ['gate:$LATEST', { functionName: 'gate', qualifier: '$LATEST' }],
    ['123456789012:function:gate', { functionName: 'gate' }],
    ['arn:aws:lambda:eu-west-1:123456789012:function:gate', { functionName: 'gate' }],
    ['arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:gate:7', { functionName: 'gate', qualifier: '7' }],
  ])('%s is understood', (reference, expected) => {
    expect(parseFunctionReference(reference)).toEqual(expected);
  });

  it.each(['', 'a b', 'arn:aws:sqs:eu-west-1:123456789012:gate', 'gate:live:more'])('%j is refused', (reference) => {
    expect(() => parseFunctionReference(reference)).toThrow(/names no function/);
  });
});

describe('the name of a function', () => {
  it('is unique', async () => {
    const { define } = createLambdaFixture();
    await define('twice', '');
    await expect(define('twice', '')).rejects.toMatchObject({ code: 'ResourceConflictException' });
  });

  it.each(['../up', 'a b', 'x'.repeat(65)])('cannot be %s', async (FunctionName) => {
    const { define } = createLambdaFixture();
    await expect(define('asset', '', { FunctionName })).rejects.toThrow(/FunctionName must have/);
  });
});
