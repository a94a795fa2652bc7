import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

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
  const text = typeof parameters === 'string' ? parameters : JSON.stringify(parameters);
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

function holdsTokens(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => Token.isUnresolved(key) || holdsTokens(member));
}
