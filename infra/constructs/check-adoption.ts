import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { type IFunction, type Function as LambdaFunction, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { onCrashChoices } from '../../lib/constants.ts';
import type { AdoptionProps } from './adoption-props.ts';
import { checkProperties, describe, knownDuration } from './check-properties.ts';

/** As `engines` of package.json says. */
const OLDEST_NODE = 20;

/**
 * Checks that Ringback can give a function all that it needs.
 *
 * @throws Error that says why it cannot, and what to do
 */
export function requireAdoptable(fn: IFunction, props: AdoptionProps): asserts fn is LambdaFunction {
  requireOwnFunction(fn);
  const where = fn.node.path;
  checkAdoption(where, Stack.of(fn), props);
  if (fn.node.tryFindChild('EventInvokeConfig') !== undefined) {
    throw new Error(
      `${where} has asynchronous settings already: give retryAttempts and maxEventAge to adopt and not to the function, leave out onFailure and onSuccess, and adopt it once`,
    );
  }
  if (fn.timeout === undefined) {
    Annotations.of(fn).addWarningV2(
      'ringback:default-timeout',
      `${where} names no timeout, so Lambda ends it after 3 s, half of which Ringback keeps for the answer: give it 30 s`,
    );
  }
}

/**
 * Checks that a function can be changed from here, and runs handlers of Ringback.
 *
 * @throws Error that says why it cannot, and what to do
 */
export function requireOwnFunction(fn: IFunction): asserts fn is LambdaFunction {
  if (!Construct.isConstruct(fn) || !('functionArn' in fn)) {
    throw new Error(`a function of the CDK can be adopted, such as new NodejsFunction(…), but got ${describe(fn)}`);
  }
  const where = fn.node.path;
  if (!('addEnvironment' in fn) || fn.node.defaultChild === undefined) {
    throw new Error(
      `${where} cannot be adopted, since its variables cannot be set from here: it was imported, or is a version, an alias or a SingletonFunction. Adopt the function itself, where it is made; or set all by hand as docs/without-cdk.md says, and lead a pipeline to it with new PipelineJobAction(fn, …)`,
    );
  }
  const { runtime } = fn as LambdaFunction;
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
}

/**
 * Checks how Ringback is to treat a function.
 *
 * @throws Error that says what was given and what can be
 */
export function checkAdoption(where: string, stack: Stack, props: AdoptionProps = {}): void {
  if (Construct.isConstruct(props) || typeof props !== 'object' || props === null) {
    throw new Error(`what is said of ${where} are properties, such as { ringback }, but got ${describe(props)}`);
  }
  const { onCrash, ringback } = props;
  checkProperties(where, props, { maxEventAge: knownDuration });
  if (onCrash !== undefined && !onCrashChoices.includes(onCrash)) {
    throw new Error(`onCrash of ${where} is ${onCrashChoices.join(' or ')}, but got ${describe(onCrash)}`);
  }
  if (ringback === undefined) return;
  if (!Construct.isConstruct(ringback) || !('lastResortQueue' in ringback)) {
    throw new Error(`ringback of ${where} is a Ringback, but got ${describe(ringback)}`);
  }
  checkSamePlace(where, stack, Stack.of(ringback), ringback.node.path);
}

/** Lambda sends what a function failed on to a queue of its own Region, and here of its own account. */
function checkSamePlace(where: string, own: Stack, other: Stack, ringback: string): void {
  const differs = (one: string, two: string) => !Token.isUnresolved(one) && !Token.isUnresolved(two) && one !== two;
  if (!differs(own.region, other.region) && !differs(own.account, other.account)) return;
  throw new Error(
    `${where} is in ${placeOf(own)} and its Ringback ${ringback} in ${placeOf(other)}: what a function fails on goes to a queue of its own account and Region only; make a Ringback in ${own.node.path}`,
  );
}

function placeOf({ account, region }: Stack): string {
  return Token.isUnresolved(account) ? region : `${region} of ${account}`;
}
