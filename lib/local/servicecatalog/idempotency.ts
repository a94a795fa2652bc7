import type { Operation } from '../kernel/service.ts';
import { invalidParameters } from './catalog-errors.ts';

/** Gives a repeated request the answer that the first one got. */
export type Idempotent = (name: string, tokenMember: string, operation: Operation) => Operation;

/**
 * Creates the memory of requests. A token that comes again with other parameters is refused; a request that failed
 * leaves no trace.
 */
export function createIdempotency(): Idempotent {
  const seen = new Map<string, { readonly request: string; readonly answer: object }>();
  return (name, tokenMember, operation) => async (input, context) => {
    const key = `${name} ${String(input[tokenMember])}`;
    const request = JSON.stringify(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = seen.get(key);
    if (known !== undefined && known.request !== request) {
      throw invalidParameters(`${tokenMember} was used before for another ${name} request; use a new one.`);
    }
    if (known !== undefined) return known.answer;
    const answer = await operation(input, context);
    seen.set(key, { request, answer });
    return answer;
  };
}
