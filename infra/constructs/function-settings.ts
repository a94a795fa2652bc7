import { Duration } from 'aws-cdk-lib';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** What Lambda takes where a function names none (API Reference, CreateFunction). */
const LAMBDA_DEFAULT_TIMEOUT = Duration.seconds(3);

/** How long a function may run, whoever made it. */
export function timeoutOf(fn: LambdaFunction): Duration {
  return fn.timeout ?? LAMBDA_DEFAULT_TIMEOUT;
}

/** The concurrency that is kept for a function; undefined where none is. */
export function reservedConcurrencyOf(fn: LambdaFunction): number | undefined {
  return (fn.node.defaultChild as CfnFunction | undefined)?.reservedConcurrentExecutions;
}
