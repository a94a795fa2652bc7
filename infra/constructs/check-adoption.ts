import { Annotations, Stack } from 'aws-cdk-lib';
import { type IFunction, type Function as LambdaFunction, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AdoptionProps } from './adopted-function.ts';
import { checkAdoption } from './check-function.ts';
import { describe } from './check-properties.ts';

/** As `engines` of package.json says. */
const OLDEST_NODE = 20;

/**
 * Checks that Ringback can give a function all that it needs.
 *
 * @throws Error that says why it cannot, and what to do
 */
export function requireAdoptable(fn: IFunction, props: AdoptionProps): asserts fn is LambdaFunction {
  if (!Construct.isConstruct(fn) || !('functionArn' in fn)) {
    throw new Error(`a function of the CDK can be adopted, such as new NodejsFunction(…), but got ${describe(fn)}`);
  }
  const where = fn.node.path;
  if (!('addEnvironment' in fn) || fn.node.defaultChild === undefined) {
    throw new Error(
      `${where} cannot be adopted, since its variables cannot be set from here: it was imported, or is a version, an alias or a SingletonFunction. Adopt the function itself, where it is made; or set all by hand as docs/without-cdk.md says, and lead a pipeline to it with new PipelineJobAction(fn, …)`,
    );
  }
  checkAdoption(where, Stack.of(fn), props);
  if (fn.node.tryFindChild('EventInvokeConfig') !== undefined) {
    throw new Error(
      `${where} has asynchronous settings already: give retryAttempts and maxEventAge to adopt and not to the function, leave out onFailure and onSuccess, and adopt it once`,
    );
  }
  const { runtime, timeout } = fn as LambdaFunction;
  if (runtime.family !== undefined && ![RuntimeFamily.NODEJS, RuntimeFamily.OTHER].includes(runtime.family)) {
    throw new Error(
      `${where} runs on ${runtime.name}, but handlers of Ringback are JavaScript: give it a Node.js runtime`,
    );
  }
  const [, nodeVersion] = /^nodejs(\d*)/.exec(runtime.name) ?? [];
  if (nodeVersion !== undefined && Number(nodeVersion || 0) < OLDEST_NODE) {
    throw new Error(
      `${where} runs on ${runtime.name}, but handlers of Ringback need Node.js ${OLDEST_NODE} or newer: give it runtime: Runtime.NODEJS_24_X (without the feature flags of a new app NodejsFunction takes an old one)`,
    );
  }
  if (timeout === undefined) {
    Annotations.of(fn).addWarningV2(
      'ringback:default-timeout',
      `${where} names no timeout, so Lambda ends it after 3 s, half of which Ringback keeps for the answer: give it 30 s`,
    );
  }
}
