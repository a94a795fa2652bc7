import { AwsCallError } from '../../aws/index.ts';
import { codeOf, errorOfCode } from '../errors.ts';
import { describeError } from '../failure.ts';
import { fitText } from './fit-text.ts';
import type { Redact } from './redactor.ts';

/**
 * The longest message and stack of an error that leaves a function, in characters. Lambda puts both into the failure
 * record, as JSON where a character may take six bytes, and drops a record that its destination does not take: 256 KiB
 * is the least that any has taken (Lambda Developer Guide, destinations; SQS quotas).
 */
const LONGEST_MESSAGE = 4_000;
const LONGEST_STACK = 4_000;

/**
 * The error that leaves a function in the place of the one that was met: the same name and code, its text redacted and
 * then shortened, and nothing else. Lambda's runtime prints every member of what a handler throws, past our log.
 */
export function exitError(thrown: unknown, redact: Redact): Error {
  const limits = { max: LONGEST_MESSAGE, keep: 'end', ifEmpty: 'no message' } as const;
  const message = fitText(redact(describeError(thrown)), limits);
  const error = sameKind(thrown, message);
  const stack = stackOf(thrown);
  const fitted = fitText(redact(stack), { max: LONGEST_STACK, keep: 'start', ifEmpty: `${error.name}: ${message}` });
  Object.defineProperty(error, 'stack', { value: fitted, configurable: true, writable: true });
  return error;
}

function sameKind(thrown: unknown, message: string): Error {
  const ownCode = codeOf(thrown);
  if (ownCode !== undefined) return errorOfCode(ownCode, message);
  if (isCall(thrown)) {
    const { code, fault, action, status, requestId, retryAfterMs, retryable: passes } = thrown;
    return new AwsCallError(message, { code, fault, action, status, requestId, retryAfterMs, passes });
  }
  return new Error(message);
}

function stackOf(thrown: unknown): string {
  try {
    const { stack } = thrown as { stack?: unknown };
    return typeof stack === 'string' ? stack : '';
  } catch {
    return '';
  }
}

/** To ask a revoked proxy throws. */
function isCall(thrown: unknown): thrown is AwsCallError {
  try {
    return thrown instanceof AwsCallError;
  } catch {
    return false;
  }
}
