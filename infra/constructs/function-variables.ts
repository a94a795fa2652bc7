import { Stack } from 'aws-cdk-lib';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe } from './check-properties.ts';

/**
 * Sets a variable that Ringback's handlers read.
 *
 * @throws Error when the function has it already with another value: that would be lost without a word
 */
export function setVariable(fn: LambdaFunction, name: string, value: string): void {
  const given = variablesOf(fn)[name];
  if (given !== undefined && JSON.stringify(given) !== JSON.stringify(Stack.of(fn).resolve(value))) {
    throw new Error(
      `the variable ${name} of ${fn.node.path} is ${describe(given)} already, and Ringback sets it: leave it out, and say by a property what it is to be, such as onCrash or ringback`,
    );
  }
  fn.addEnvironment(name, value);
}

function variablesOf(fn: LambdaFunction): Readonly<Record<string, unknown>> {
  const { environment } = fn.node.defaultChild as CfnFunction;
  try {
    return Stack.of(fn).resolve(environment)?.variables ?? {};
  } catch {
    // A value of the user's that is known only when the app is whole.
    return {};
  }
}
