import { createHash } from 'node:crypto';

/**
 * Derives ClientTokens from what is to be done, so that whoever does the same again, also in another process, gets the
 * first request instead of a second one. 64 of the 128 characters that the API takes. What is desired is no part of it: a
 * program that desires something else the second time is told of the first request, and creates nothing.
 *
 * @param work - identifies the work for which requests are made
 */
export function clientTokensOf(...work: readonly string[]): (...request: readonly (string | number)[]) => string {
  return (...request) =>
    createHash('sha256')
      .update(JSON.stringify([...work, ...request]))
      .digest('hex');
}
