import { Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { onCrashChoices } from '../../lib/constants.ts';
import type { AdoptionProps } from './adopted-function.ts';
import type { CallbackFunctionProps } from './callback-function.ts';
import {
  checkProperties,
  choice,
  describe,
  duration,
  number,
  object,
  objects,
  type PropertyKind,
  retention,
  role,
  text,
  texts,
  withMember,
} from './check-properties.ts';
import { requireTimeout } from './function-settings.ts';
import type { HandlerFunctionProps } from './handler-function.ts';
import { warnOfNearMisses } from './near-misses.ts';

/**
 * Checks what a function is made of before anything is: from JavaScript, and at each slip of the hand, the CDK's own
 * words are of constructs that the user has never named.
 *
 * @throws Error in the words of whoever wrote `new …Function(scope, id, props)`
 */
export function checkFunction(scope: Construct, id: string, props: HandlerFunctionProps | undefined): void {
  checkPlace(scope, id);
  const where = `${scope.node.path}/${id}`;
  if (props !== undefined) checkProperties(where, props, {});
  if (scope.node.tryFindChild(id) !== undefined) {
    throw new Error(`${where} is there already: give this function another id`);
  }
  const { entry } = (props ?? {}) as Partial<Record<keyof HandlerFunctionProps, unknown>>;
  if (typeof entry !== 'string' || entry.trim() === '') {
    throw new Error(
      `${where} has no code: name the file that exports its handler, such as { entry: 'handlers/gate.ts' }; entry is ${describe(entry)}`,
    );
  }
  checkProperties(where, props, KINDS);
  if (props?.timeout !== undefined) requireTimeout(where, props.timeout);
  warnOfNearMisses(scope, where, props ?? {}, [...Object.keys(KINDS), ...FURTHER_NAMES]);
}

/** What has no kind above, and would be missed where it is misspelt. */
const FURTHER_NAMES = [
  'entry',
  'ringback',
  'onCrash',
  'retryAttempts',
  'maxEventAge',
  'logRemovalPolicy',
  'reservedConcurrentExecutions',
  'filesystem',
  'securityGroups',
] as const satisfies readonly (keyof CallbackFunctionProps)[];

/** Of every function; the CDK tells the rest when it resolves them. */
const KINDS: Readonly<Partial<Record<keyof HandlerFunctionProps, PropertyKind>>> = {
  handler: text,
  bundling: object,
  runtime: withMember('a Runtime, such as Runtime.NODEJS_24_X', 'runtimeEquals'),
  architecture: withMember('an Architecture, such as Architecture.ARM_64', 'dockerPlatform'),
  memorySize: number,
  timeout: duration,
  logRetention: retention,
  role,
  environment: object,
};

/** Checks where a construct is to be made. @throws Error for what is no construct, and an id that is no text */
export function checkPlace(scope: Construct, id: string): void {
  if (!Construct.isConstruct(scope)) {
    throw new Error(
      `a construct is made within another, such as new …(this, 'Gate', { … }), but got ${describe(scope)}`,
    );
  }
  if (typeof id === 'string' && id !== '') return;
  throw new Error(
    `what is made within ${scope.node.path || 'the app'} has an id, such as 'Gate', but got ${describe(id)}`,
  );
}

/**
 * Checks that nothing is missing that a construct cannot be without.
 *
 * @param examples - of each property that is needed, as one would write it
 * @throws Error that names the property and shows how it is given
 */
export function requireProperties(
  where: string,
  props: object | undefined,
  examples: Readonly<Record<string, string>>,
): void {
  for (const [name, example] of Object.entries(examples)) {
    const given = (props as Partial<Record<string, unknown>> | undefined)?.[name];
    if (given === undefined || given === null || given === '') {
      throw new Error(`${where} has no ${name}: give it one, such as { ${name}: ${example} }`);
    }
  }
}

/** Checks that a job worker says for which actions it works. @throws Error that names what is missing */
export function requireActionType(scope: Construct, id: string, props: { readonly actionType: object }): void {
  checkPlace(scope, id);
  const where = `${scope.node.path}/${id}`;
  requireProperties(where, props, { actionType: "{ category: 'Build', provider: 'Checks' }" });
  requireProperties(`the actionType of ${where}`, props.actionType, { category: "'Build'", provider: "'Checks'" });
  checkProperties(where, props, {
    pollEvery: duration,
    clientTokenSecret: withMember('a secret, such as Secret.fromSecretNameV2(…)', 'secretArn'),
  });
  checkProperties(`the actionType of ${where}`, props.actionType, {
    category: choice('Build', 'Deploy', 'Invoke', 'Source', 'Test'),
    provider: text,
    version: text,
    properties: objects,
    inputs: object,
    outputs: object,
    urls: object,
    allowedAccounts: texts,
  });
}

/**
 * Checks what a callback function is made of, before anything is.
 *
 * @throws Error that says what was given and what can be
 */
export function checkCallbackFunction(scope: Construct, id: string, props: CallbackFunctionProps | undefined): void {
  checkFunction(scope, id, props);
  checkAdoption(`${scope.node.path}/${id}`, Stack.of(scope), props);
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
  const { onCrash, ringback, maxEventAge } = props;
  checkProperties(where, props, { maxEventAge: duration });
  if (maxEventAge?.isUnresolved() === true) {
    throw new Error(`the maxEventAge of ${where} is a token, and nobody knows how long that is: give it a number`);
  }
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
