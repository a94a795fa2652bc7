import { randomUUID } from 'node:crypto';
import { checkOptions } from '../core/check-options.ts';
import type { InvocationContext } from '../core/deadline.ts';
import { isFunction, isNumber, isString, type OptionKind } from '../core/option-kinds.ts';
import { refuseFakedTicks } from './faked-ticks.ts';

/** Options of {@link lambdaContext}. */
export interface LambdaContextOptions {
  /** How long the function may run from now, in milliseconds. @defaultValue 30000 */
  readonly timeoutMs?: number;
  /** @defaultValue 'function-under-test' */
  readonly functionName?: string;
  /** @defaultValue a new id */
  readonly awsRequestId?: string;
  /** The clock that the remaining time is counted on. @defaultValue Date.now */
  readonly now?: () => number;
}

const OPTIONS = {
  timeoutMs: isNumber,
  functionName: isString,
  awsRequestId: isString,
  now: isFunction,
} satisfies Record<keyof LambdaContextOptions, OptionKind>;

/**
 * The context of one Lambda invocation that begins now.
 *
 * @throws InvalidOptionError when it is told something else
 * @throws TypeError while fake timers stand for `process.nextTick`: no request would be answered
 */
export function lambdaContext(options: LambdaContextOptions = {}): InvocationContext {
  checkOptions('lambdaContext', options, OPTIONS);
  refuseFakedTicks('lambdaContext');
  const {
    timeoutMs = 30_000,
    functionName = 'function-under-test',
    awsRequestId = randomUUID(),
    now = Date.now,
  } = options;
  const end = now() + timeoutMs;
  return {
    awsRequestId,
    functionName,
    logGroupName: `/aws/lambda/${functionName}`,
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`,
    getRemainingTimeInMillis: () => end - now(),
  };
}
