import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * The documented length of an action configuration value. CodePipeline has accepted longer ones in places, so more
 * than this is a warning and not an error.
 * See https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
 */
const DOCUMENTED_LENGTH = 1000;

/** Parameters of an action, as the handler's schema takes them. */
export type UserParameters = Readonly<Record<string, unknown>>;

/**
 * Writes parameters as the JSON text that CodePipeline hands to the function. Tokens of the CDK keep their place, and
 * pipeline variables (`#{Namespace.Key}`) stay as they are. CodePipeline puts a variable's value in without escaping
 * it, so a value with a quotation mark or a backslash makes the text unreadable: do not pass free text this way.
 */
export function userParametersText(scope: Construct, parameters: UserParameters): string {
  const text = JSON.stringify(parameters);
  // A token may resolve to an object or hold a quotation mark, which only the stack can write as JSON; its length is
  // not known until then.
  if (Token.isUnresolved(parameters) || holdsTokens(parameters)) return Stack.of(scope).toJsonString(parameters);
  if (text.length > DOCUMENTED_LENGTH) {
    Annotations.of(scope).addWarningV2(
      'ringback:user-parameters-length',
      `userParameters are ${text.length} characters of JSON, but CodePipeline documents at most ${DOCUMENTED_LENGTH}: ` +
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
