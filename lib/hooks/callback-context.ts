import { ConfigurationError, InvalidOutcomeError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { stateText } from '../core/ledger/limits.ts';
import { isObject } from './members.ts';

/**
 * How often a hook may answer IN_PROGRESS (Hooks User Guide, "Response input"). The guide's note adds that the function
 * "can be invoked up to 3 times", which would be one less; only CloudFormation itself can tell.
 */
export const MOST_ROUNDS = 3;

/** What CloudFormation keeps between two rounds of a hook. */
export interface CallbackContext {
  /** The version of this form. */
  readonly ringback: number;
  /** The number of the round that finds it; the first of all is 1. */
  readonly run: number;
  readonly state: Json;
}

const VERSION = 1;

/** Writes what the next round finds. @throws InvalidOutcomeError when there is no next round, or the state is not JSON */
export function writeCallbackContext(run: number, state: Json): CallbackContext {
  if (run > MOST_ROUNDS) {
    throw new InvalidOutcomeError(
      `the logic answered continueAfter in round ${run}, and CloudFormation takes IN_PROGRESS ${MOST_ROUNDS} times; succeed or fail by then`,
    );
  }
  const text = stateText(state);
  return { ringback: VERSION, run: run + 1, state: text === undefined ? null : (JSON.parse(text) as Json) };
}

/**
 * Reads what the last round left.
 *
 * @throws ConfigurationError when it is not Ringback's, of another version, or damaged: it is never taken for a first round
 */
export function readCallbackContext(context: unknown): { readonly run: number; readonly state: Json | undefined } {
  if (context === undefined) return { run: 1, state: undefined };
  const { ringback, run, state } = isObject(context) ? context : {};
  if (ringback === VERSION && Number.isInteger(run) && (run as number) > 1) {
    return { run: run as number, state: (state ?? null) as Json };
  }
  const what =
    typeof ringback === 'number' && ringback !== VERSION
      ? `of version ${ringback}, and this function knows ${VERSION}`
      : "not Ringback's, or damaged; the function that began the work has to end it";
  throw new ConfigurationError(`the callbackContext of the hook is ${what}`);
}
