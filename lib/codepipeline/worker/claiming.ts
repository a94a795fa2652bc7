import type { Callback } from '../../core/callback.ts';
import type { Claiming } from '../../core/claiming.ts';
import { acknowledge } from './acknowledge.ts';

/** The member of a callback's data that says that other workers poll for its job, too. */
const SHARED = 'yes';

/** How a job is claimed that was polled for: what its worker must know of it, for a callback's data. */
export interface PolledJobKeys {
  readonly nonce: string;
  readonly shared?: boolean | undefined;
}

/** The members that a polled job adds to its callback's data. */
export function claimData({ nonce, shared }: PolledJobKeys): Readonly<Record<string, string>> {
  return { nonce, ...(shared === true ? { shared: SHARED } : {}) };
}

/**
 * How a job is claimed: a job with a nonce was polled for. What comes without one was given to the function by
 * CodePipeline itself, and its answer is owed from then on.
 */
export function jobClaiming(callback: Callback): Claiming | undefined {
  const { nonce, shared } = callback.data;
  if (nonce === undefined) return undefined;
  return {
    shared: shared === SHARED,
    claim: (environment) => acknowledge(callback, { ...environment, offeredAt: undefined }),
  };
}
