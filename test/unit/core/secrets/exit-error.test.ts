import { describe, expect, it } from 'vitest';
import { AwsCallError } from '../../../../lib/aws/index.ts';
import { DeadlineError } from '../../../../lib/core/errors.ts';
import { exitError } from '../../../../lib/core/secrets/exit-error.ts';
import { createRedactor } from '../../../../lib/core/secrets/redactor.ts';

const { redact, scope } = createRedactor();
scope().add('a-secret-value');
const leaving = (thrown: unknown) => exitError(thrown, redact);
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('an error that leaves a function', () => {
  it('has its message and its stack, without secrets, and nothing that can be listed', () => {
    const error = leaving(Object.assign(new Error('no a-secret-value'), { request: 1 }));
    expect(error.message).toBe('no [withheld]');
    expect(error.stack).toMatch(/^Error: no \[withheld\]\n\s+at .*exit-error\.test\.ts/);
    expect(Object.keys(error)).toEqual([]);
  });

  it('says that it has no message where that is blank', () => {
    expect(leaving(' ').message).toBe('no message');
    expect(leaving(new RangeError(' ')).message).toBe('RangeError');
  });

  it('may be given another stack by whoever reports it', () => {
    const error = leaving(new Error('no'));
    error.stack = 'mapped';
    expect(error.stack).toBe('mapped');
    expect(Reflect.deleteProperty(error, 'stack')).toBe(true);
  });

  it.each<[string, number, string]>([
    ['whole up to 4,000 characters', 4_000, 'a'.repeat(4_000)],
    ['by its end beyond that', 4_001, `…${'a'.repeat(3_999)}`],
  ])('is told %s', (_what, length, message) => {
    expect(leaving('a'.repeat(length)).message === message).toBe(true);
  });

  it.each([
    ['whole up to 4,000 characters', 4_000, 's'.repeat(4_000)],
    ['by its beginning beyond that', 4_001, `${'s'.repeat(3_999)}…`],
  ])('has a stack %s', (_what, length, stack) => {
    expect(leaving(Object.assign(new Error('no'), { stack: 's'.repeat(length) })).stack === stack).toBe(true);
  });

  it.each<[string, () => unknown]>([
    ['a text', () => 'no'],
    ['a stack that is none', () => Object.assign(new Error('no'), { stack: 5 })],
    [
      'a stack that cannot be read',
      () =>
        Object.defineProperty(new Error('no'), 'stack', {
          get: () => {
            throw new Error('unreadable');
          },
        }),
    ],
  ])('has its name and message for a stack where there is none: %s', (_what, make) => {
    expect(leaving(make()).stack).toBe('Error: no');
  });

  it('is of its own kind', () => {
    const late = leaving(new DeadlineError('late'));
    expect(late).toBeInstanceOf(DeadlineError);
    expect(late.message).toBe('late');
    const details = {
      code: 'X',
      fault: 'server',
      action: 'a:B',
      status: 503,
      requestId: 'r-1',
      retryAfterMs: 7,
    } as const;
    const call = leaving(new AwsCallError('down', { ...details, members: { Item: 1 }, cause: new Error('deep') }));
    expect(call).toBeInstanceOf(AwsCallError);
    expect(call).toMatchObject({
      ...details,
      message: 'AwsCallError: down; caused by: deep',
      retryable: true,
      members: {},
    });
    expect(leaving(new AwsCallError('no', { ...details, fault: 'client', status: 400 }))).toMatchObject({
      retryable: false,
    });
    expect(leaving(new TypeError('a bug'))).toMatchObject({ name: 'Error', message: 'TypeError: a bug' });
    expect(leaving(revoked())).toMatchObject({ name: 'Error', message: expect.stringContaining('cannot be read') });
  });
});
