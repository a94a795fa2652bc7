import type { Construct } from 'constructs';
import { checkPlace } from './check-place.ts';
import {
  checkProperties,
  describe,
  duration,
  number,
  object,
  type PropertyKind,
  retention,
  role,
  text,
  withMember,
} from './check-properties.ts';
import { requireTimeout } from './function-settings.ts';
import type { HandlerFunctionProps } from './handler-function-props.ts';
import { warnOfNearMisses } from './near-misses.ts';

/**
 * Checks what a function is made of before anything is: from JavaScript, and at each slip of the hand, the CDK's own
 * words are of constructs that the user has never named.
 *
 * @param names - of the properties that this kind of function has beside those of all
 * @throws Error in the words of whoever wrote `new …Function(scope, id, props)`
 */
export function checkFunction(
  scope: Construct,
  id: string,
  props: HandlerFunctionProps | undefined,
  names: readonly string[] = [],
): void {
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
  warnOfNearMisses(scope, where, props ?? {}, [...Object.keys(KINDS), ...FURTHER_NAMES, ...names]);
}

/** What has no kind below, and would be missed where it is misspelt. */
const FURTHER_NAMES = [
  'entry',
  'retryAttempts',
  'maxEventAge',
  'logRemovalPolicy',
  'reservedConcurrentExecutions',
  'filesystem',
  'securityGroups',
] as const satisfies readonly (keyof HandlerFunctionProps)[];

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
