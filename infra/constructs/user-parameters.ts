import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { describe } from './check-properties.ts';

/**
 * The documented length of an action configuration value. CodePipeline has accepted longer ones in places, so more
 * than this is a warning and not an error.
 * See https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
 */
const DOCUMENTED_LENGTH = 1000;

/** Parameters of an action: as the handler's schema takes them, or a text, which arrives as it is. */
export type UserParameters = Readonly<Record<string, unknown>> | string;

/**
 * The text that CodePipeline hands to the function: a text as it is, all else as JSON. Tokens of the CDK keep their place,
 * and pipeline variables (`#{Namespace.Key}`) stay as they are. CodePipeline puts a variable's value in without escaping
 * it, so that a quotation mark or a backslash in it spoils JSON: pass free text alone, and read it as `'text'`.
 */
export function userParametersText(scope: Construct, parameters: UserParameters): string {
  const text = typeof parameters === 'string' ? parameters : unmistakable(JSON.stringify(parameters));
  // A token may resolve to an object or hold a quotation mark, which only the stack can write as JSON; its length is
  // not known until then.
  if (Token.isUnresolved(parameters))
    return typeof parameters === 'string' ? text : Stack.of(scope).toJsonString(parameters);
  if (typeof parameters !== 'string' && holdsTokens(parameters)) return Stack.of(scope).toJsonString(parameters);
  if (text.length > DOCUMENTED_LENGTH) {
    Annotations.of(scope).addWarningV2(
      'ringback:user-parameters-length',
      `userParameters are ${text.length} characters, but CodePipeline documents at most ${DOCUMENTED_LENGTH}: ` +
        'move what is large into an artifact or a parameter of Systems Manager',
    );
  }
  return text;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  t: String.raw`\u0009`,
  n: String.raw`\u000a`,
  r: String.raw`\u000d`,
  b: String.raw`\u0008`,
  f: String.raw`\u000c`,
};

/** JSON whose tabs and line breaks are written by their numbers: who reads it takes none for a part of a path. */
function unmistakable(json: string): string {
  return json.replaceAll(/\\(.)/g, (written, character: string) => SHORT_ESCAPES[character] ?? written);
}

/**
 * What of the parameters JSON would lose or not take, with its place; undefined where there is nothing. Tokens pass, and what
 * is undefined is left out, as ever.
 */
export function userParametersProblem(parameters: unknown): string | undefined {
  if (parameters === undefined || typeof parameters === 'string' || Token.isUnresolved(parameters)) return undefined;
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    return `an object or a text, but got ${describe(parameters)}`;
  }
  const lost = findLost(parameters, 'userParameters', []);
  return lost === undefined ? undefined : `made of texts, numbers, booleans, lists and objects, but ${lost}`;
}

function findLost(value: unknown, place: string, around: readonly object[]): string | undefined {
  if (Token.isUnresolved(value) || value === null) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${place} is ${value}`;
  if (typeof value !== 'object') {
    return ['bigint', 'function', 'symbol'].includes(typeof value) ? `${place} is a ${typeof value}` : undefined;
  }
  if (around.includes(value)) return `${place} leads back to itself`;
  // Whatever says itself what it is in JSON, such as a Date.
  if ('toJSON' in value) return undefined;
  if (holdsElsewhere(value)) return `${place} is a ${value.constructor.name}`;
  for (const [key, member] of Object.entries(value)) {
    const lost = findLost(member, Array.isArray(value) ? `${place}[${key}]` : `${place}.${key}`, [...around, value]);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

/** Whether it is an instance that keeps all it holds where JSON does not look, as a Map or a promise does. */
function holdsElsewhere(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  return !isPlain && Object.keys(value).length === 0;
}

function holdsTokens(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => Token.isUnresolved(key) || holdsTokens(member));
}
