import { describe, expect, it } from 'vitest';
import { type FailureRecord, readFailureRecord, whatHappened } from '../../../lib/core/last-resort/failure-record.ts';

const context = {
  functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Gate:live',
  requestId: 'r-1',
  approximateInvokeCount: 3,
  condition: 'RetriesExhausted',
};
const record = {
  requestContext: context,
  requestPayload: { a: 1 },
  responsePayload: { errorType: 'Error', errorMessage: 'no' },
};
const read = {
  payload: { a: 1 },
  functionName: 'Gate',
  requestId: 'r-1',
  attempts: 3,
  condition: 'RetriesExhausted',
  errorType: 'Error',
  errorMessage: 'no',
};

describe('the record of a function that failed for good', () => {
  it.each<[string, unknown, object]>([
    ['whole', record, read],
    ['as text', JSON.stringify(record), read],
    [
      'without what it returned',
      { ...record, responsePayload: null },
      { ...read, errorType: undefined, errorMessage: undefined },
    ],
    [
      'with empty texts',
      { ...record, responsePayload: { errorType: '', errorMessage: '' } },
      { ...read, errorType: undefined, errorMessage: undefined },
    ],
    [
      'with texts that are none',
      { ...record, responsePayload: { errorType: 5, errorMessage: {} } },
      { ...read, errorType: undefined, errorMessage: undefined },
    ],
    [
      'that tells little',
      { ...record, requestContext: { approximateInvokeCount: '3' } },
      { ...read, functionName: undefined, requestId: undefined, attempts: undefined, condition: undefined },
    ],
    ['of no payload at all', { ...record, requestPayload: null }, { ...read, payload: null }],
  ])('is read %s', (_how, body, expected) => {
    expect(readFailureRecord(body as object)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['an event in a dead-letter queue', { 'CodePipeline.job': {} }],
    ['an event with a context of its own', { requestContext: {} }],
    ['an event with a payload of its own', { requestPayload: {} }],
    ['null', null],
    ['a text', 'text'],
    ['a number', 5],
  ])('is none, but the event itself: %s', (_what, event) => {
    expect(readFailureRecord(JSON.stringify(event))).toEqual({ payload: event });
  });

  it('is refused where it is not JSON', () => {
    expect(() => readFailureRecord('{"a"')).toThrow('expected a message of JSON, but got 4 characters that are not');
    expect(() => readFailureRecord('{"a"')).toThrow(expect.objectContaining({ code: 'INVALID_EVENT' }));
  });
});

describe('what happened', () => {
  it.each<[Partial<FailureRecord>, string]>([
    [
      { functionName: undefined },
      'the job was not answered: the function that it was handed to failed on it again and again',
    ],
    [{}, 'Gate ended without a word before it answered the job; request r-1, log group /aws/lambda/Gate'],
    [
      { requestId: undefined },
      'Gate ended without a word before it answered the job; request unknown, log group /aws/lambda/Gate',
    ],
    [{ attempts: 1 }, 'Gate ended without a word before'],
    [{ attempts: 2 }, 'Gate ended without a word in 2 attempts before'],
    [
      { errorType: 'Sandbox.Timedout', errorMessage: 'r-1 Task timed out after 3.50 seconds' },
      'Gate timed out after 3.5 s before',
    ],
    [
      { errorMessage: '2026-01-01T00:00:00.000Z r-1 Task timed out after 3.00 seconds' },
      'Gate timed out after 3 s before',
    ],
    [{ errorMessage: 'Runtime exited with error: signal: killed' }, 'Gate ran out of memory or was killed before'],
    [
      { errorType: 'RetryableError', errorMessage: 'upstream said: Task timed out after 900 seconds' },
      'Gate gave up: upstream said: Task timed out after 900 seconds before',
    ],
    [
      { errorType: 'RetryableError', errorMessage: 'the build said: signal: killed' },
      'Gate gave up: the build said: signal: killed before',
    ],
    [
      { errorType: 'Error', errorMessage: 'Runtime exited with error: signal: killed' },
      'Gate failed with Error: Runtime exited with error: signal: killed before',
    ],
    [
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: Task timed out after 9 seconds' },
      'Gate failed with Runtime.UnhandledPromiseRejection: Error: Task timed out after 9 seconds before',
    ],
    [{ errorType: 'Runtime.OutOfMemory', errorMessage: 'any' }, 'Gate ran out of memory or was killed before'],
    [
      { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: killed' },
      'Gate ran out of memory or was killed before',
    ],
    [
      { errorType: 'Runtime.ImportModuleError', errorMessage: 'no x' },
      'Gate could not be loaded: Runtime.ImportModuleError: no x before',
    ],
    [
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'no x' },
      'Gate could not be loaded: Runtime.HandlerNotFound: no x before',
    ],
    [
      { errorType: 'MyRuntime.HandlerNotFound', errorMessage: 'no x' },
      'Gate failed with MyRuntime.HandlerNotFound: no x before',
    ],
    [
      { errorType: 'Runtime.HandlerNotFoundTwice', errorMessage: 'no x' },
      'Gate failed with Runtime.HandlerNotFoundTwice: no x before',
    ],
    [{ errorType: 'RetryableError', errorMessage: 'later' }, 'Gate gave up: later before'],
    [{ condition: 'EventAgeExceeded' }, 'Gate could not be run within the maximum age of the event before'],
    [{ condition: 'EventAgeExceeded', errorType: 'X', errorMessage: 'y' }, 'Gate failed with X: y before'],
    [{ condition: 'RetriesExhausted' }, 'Gate ended without a word before'],
    [{ errorMessage: 'no' }, 'Gate failed with an error: no before'],
    [{ errorType: 'TypeError' }, 'Gate failed with TypeError:  before'],
  ])('is said of %j', (parts, expected) => {
    const known = { payload: {}, functionName: 'Gate', requestId: 'r-1', ...parts };
    expect(whatHappened(known, 'job').slice(0, expected.length)).toBe(expected);
  });
});
