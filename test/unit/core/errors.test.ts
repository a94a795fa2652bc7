import {
  AcknowledgementInDoubtError,
  AnswerNotGivenError,
  ConfigurationError,
  DeadlineError,
  InProgressError,
  InvalidCallbackError,
  InvalidEventError,
  InvalidOptionError,
  InvalidOutcomeError,
  isRingbackError,
  LedgerError,
  PermissionError,
  RetryableError,
  UnavailableError,
} from 'ringback';
import { describe, expect, it } from 'vitest';
import { ArtifactError } from '../../../lib/core/artifact-error.ts';
import { codeOf, errorOfCode } from '../../../lib/core/errors.ts';

const CODES = {
  ACKNOWLEDGEMENT_IN_DOUBT: [AcknowledgementInDoubtError, 'AcknowledgementInDoubtError', true],
  ANSWER_NOT_GIVEN: [AnswerNotGivenError, 'AnswerNotGivenError', true],
  CONFIGURATION: [ConfigurationError, 'ConfigurationError', false],
  DEADLINE: [DeadlineError, 'DeadlineError', false],
  INVALID_CALLBACK: [InvalidCallbackError, 'InvalidCallbackError', false],
  INVALID_EVENT: [InvalidEventError, 'InvalidEventError', false],
  INVALID_OPTION: [InvalidOptionError, 'InvalidOptionError', false],
  INVALID_OUTCOME: [InvalidOutcomeError, 'InvalidOutcomeError', false],
  IN_PROGRESS: [InProgressError, 'InProgressError', true],
  LEDGER: [LedgerError, 'LedgerError', true],
  PERMISSION: [PermissionError, 'PermissionError', false],
  RETRYABLE: [RetryableError, 'RetryableError', true],
  UNAVAILABLE: [UnavailableError, 'UnavailableError', false],
} as const;

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('an error by its code', () => {
  it.each(Object.entries(CODES))('of %s is made with its message', (code, [Class, name, retryable]) => {
    const error = errorOfCode(code as keyof typeof CODES, 'why');
    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ code, name, retryable, message: 'why' });
    expect([isRingbackError(error), codeOf(error)]).toEqual([true, code]);
  });

  it('that never leaves a function is made as any error', () => {
    const error = errorOfCode('ARTIFACT', 'why');
    expect(error).toMatchObject({ name: 'Error', message: 'why' });
    expect(codeOf(error)).toBeUndefined();
  });
});

describe('what is thrown', () => {
  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['a text', () => 'RETRYABLE'],
    ['an object with a code', () => ({ code: 'RETRYABLE' })],
    ['any error', () => new Error('no')],
    ['a revoked proxy', revoked],
  ])('is no error of Ringback, and has no code of one: %s', (_what, make) => {
    expect(isRingbackError(make())).toBe(false);
    expect(codeOf(make())).toBeUndefined();
  });

  it('is an error of Ringback where another copy of the package threw it', () => {
    const other = { [Symbol.for('ringback.error')]: true, code: 'DEADLINE' };
    expect([isRingbackError(other), codeOf(other)]).toEqual([true, 'DEADLINE']);
  });

  it.each([
    ['is no text', { value: 5 }],
    [
      'cannot be read',
      {
        get: () => {
          throw new Error('no');
        },
      },
    ],
  ])('has no code where that %s', (_why, property) => {
    const error = Object.defineProperty(new RetryableError('x'), 'code', property);
    expect(isRingbackError(error)).toBe(true);
    expect(codeOf(error)).toBeUndefined();
  });
});

describe('an artifact’s error', () => {
  it('names the artifact and the entry, and is worth no other try unless it says so', () => {
    const error = new ArtifactError('damaged', { artifact: 'Source', entry: 'a/b' });
    expect(error).toMatchObject({
      name: 'ArtifactError',
      code: 'ARTIFACT',
      artifact: 'Source',
      entry: 'a/b',
      retryable: false,
    });
    expect('cause' in error).toBe(false);
    const cause = new Error('reset');
    expect(new ArtifactError('cut off', { artifact: 'Source', retryable: true, cause })).toMatchObject({
      entry: undefined,
      retryable: true,
      cause,
    });
  });
});
