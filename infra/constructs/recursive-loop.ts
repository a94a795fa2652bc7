import { type CfnFunction, type Function as LambdaFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';

/**
 * Lets a function be invoked by what it sent itself, as often as it takes, unless it was told otherwise: a delivery that
 * is put off comes back by a queue, a job goes to an invocation of its worker's own.
 *
 * Lambda stops such a chain after about 16 invocations where the requests in it carry its tracing header. Ringback's
 * carry none, but a tracing library in the same process may put it on every request, and then a delivery that is put
 * off 16 times would end in the dead-letter queue. The chain ends by itself: each run counts towards what its service
 * waits, and towards `defer({ within })`.
 *
 * See https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export function allowRecursiveLoop(fn: LambdaFunction): void {
  const resource = fn.node.defaultChild as CfnFunction;
  resource.recursiveLoop ??= RecursiveLoop.ALLOW;
}
