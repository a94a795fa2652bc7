import { Duration } from 'aws-cdk-lib';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** What Lambda takes where a function names none (API Reference, CreateFunction). */
const LAMBDA_DEFAULT_TIMEOUT = Duration.seconds(3);

/** How long a function may run, whoever made it. @throws Error when that is a token */
export function timeoutOf(fn: LambdaFunction): Duration {
  const timeout = fn.timeout ?? LAMBDA_DEFAULT_TIMEOUT;
  if (!timeout.isUnresolved()) return timeout;
  throw new Error(
    `the timeout of ${fn.node.path} is a token, and how long its events may wait is made from it: give it a number, such as Duration.seconds(60)`,
  );
}

/** The concurrency that is kept for a function; undefined where none is. */
export function reservedConcurrencyOf(fn: LambdaFunction): number | undefined {
  return (fn.node.defaultChild as CfnFunction | undefined)?.reservedConcurrentExecutions;
}
