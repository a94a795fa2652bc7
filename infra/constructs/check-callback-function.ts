import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AdoptionProps } from './adoption-props.ts';
import type { CallbackFunctionProps } from './callback-function-props.ts';
import { checkAdoption } from './check-adoption.ts';
import { checkFunction } from './check-function.ts';

/** The names of what a callback function has beside what every function has. */
const NAMES = ['ringback', 'onCrash'] as const satisfies readonly (keyof AdoptionProps)[];

/**
 * Checks what a callback function is made of, before anything is.
 *
 * @throws Error that says what was given and what can be
 */
export function checkCallbackFunction(scope: Construct, id: string, props: CallbackFunctionProps | undefined): void {
  checkFunction(scope, id, props, NAMES);
  checkAdoption(`${scope.node.path}/${id}`, Stack.of(scope), props);
}
