import { Duration } from 'aws-cdk-lib';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** What Lambda takes where a function names none (API Reference, CreateFunction). */
const LAMBDA_DEFAULT_TIMEOUT = Duration.seconds(3);

/** The longest that Lambda lets a function run (API Reference, CreateFunction). */
const LONGEST_TIMEOUT_SECONDS = 900;

/** @throws Error when Lambda would refuse the timeout; it passes where it is a token */
export function requireTimeout(where: string, timeout: Duration): void {
  if (timeout.isUnresolved()) return;
  const seconds = timeout.toSeconds();
  if (seconds >= 1 && seconds <= LONGEST_TIMEOUT_SECONDS) return;
  throw new Error(
    `the timeout of ${where} is ${seconds} s, but Lambda runs a function for 1 s to 15 minutes: leave what takes longer to a build, or put it off by continueAfter or defer`,
  );
}

/** How long a function may run, whoever made it. @throws Error when that is a token */
export function timeoutOf(fn: LambdaFunction): Duration {
  const timeout = fn.timeout ?? LAMBDA_DEFAULT_TIMEOUT;
  requireTimeout(fn.node.path, timeout);
  if (!timeout.isUnresolved()) return timeout;
  throw new Error(
    `the timeout of ${fn.node.path} is a token, and how long its events may wait is made from it: give it a number, such as Duration.seconds(60)`,
  );
}

/** The concurrency that is kept for a function; undefined where none is. */
export function reservedConcurrencyOf(fn: LambdaFunction): number | undefined {
  return (fn.node.defaultChild as CfnFunction | undefined)?.reservedConcurrentExecutions;
}
