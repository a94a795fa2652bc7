import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { onCrashChoices } from '../../lib/constants.ts';
import type { AdoptionProps } from './adopted-function.ts';
import type { CallbackFunctionProps } from './callback-function.ts';
import type { HandlerFunctionProps } from './handler-function.ts';

/**
 * Checks what a function is made of before anything is: from JavaScript, and at each slip of the hand, the CDK's own
 * words are of constructs that the user has never named.
 *
 * @throws Error in the words of whoever wrote `new …Function(scope, id, props)`
 */
export function checkFunction(scope: Construct, id: string, props: HandlerFunctionProps | undefined): void {
  const where = `${scope.node.path}/${id}`;
  const own = [id, `${id}Logs`, ...(props?.role === undefined ? [`${id}Role`] : [])];
  const taken = own.find((one) => scope.node.tryFindChild(one) !== undefined);
  if (taken === id) throw new Error(`${where} is there already: give this function another id`);
  if (taken !== undefined) {
    throw new Error(`${where} makes ${taken}, too, and there is one already: give one of them another id`);
  }
  const { entry, timeout } = (props ?? {}) as Partial<Record<keyof HandlerFunctionProps, unknown>>;
  if (typeof entry !== 'string' || entry.trim() === '') {
    throw new Error(
      `${where} has no code: name the file that exports its handler, such as { entry: 'handlers/gate.ts' }; entry is ${describe(entry)}`,
    );
  }
  checkDuration('timeout', where, timeout);
}

function checkDuration(name: string, where: string, value: unknown): void {
  if (value === undefined || value instanceof Duration || typeof Object(value).toSeconds === 'function') return;
  throw new Error(`the ${name} of ${where} is a duration, such as Duration.minutes(1), but got ${describe(value)}`);
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
  const where = `${scope.node.path}/${id}`;
  requireProperties(where, props, { actionType: "{ category: 'Build', provider: 'Checks' }" });
  requireProperties(`the actionType of ${where}`, props.actionType, { category: "'Build'", provider: "'Checks'" });
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
  checkDuration('maxEventAge', where, maxEventAge);
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

/** A value that was given in the place of another, for a message. */
export function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : (JSON.stringify(value) ?? typeof value);
}
