// Not of `node:util`: to look at all that it exports costs a cold start milliseconds.
import { isNativeError } from 'node:util/types';

/**
 * Tells whether a value is an error, also one of another realm: in jest's sandbox, what Node itself throws is not an
 * instance of the sandbox's own `Error`. Never throws.
 */
export function isError(value: unknown): value is Error {
  try {
    return isNativeError(value) || value instanceof Error;
  } catch {
    // To ask a revoked proxy throws.
    return false;
  }
}
