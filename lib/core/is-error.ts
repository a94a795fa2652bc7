import { types } from 'node:util';

/**
 * Tells whether a value is an error, also one of another realm: in jest's sandbox, what Node itself throws is not an
 * instance of the sandbox's own `Error`. Never throws.
 */
export function isError(value: unknown): value is Error {
  try {
    return types.isNativeError(value) || value instanceof Error;
  } catch {
    // To ask a revoked proxy throws.
    return false;
  }
}
