import type { Callback } from '../../core/callback.ts';
import type { Claiming } from '../../core/claiming.ts';
import { acknowledge } from './acknowledge.ts';

/** What a member of a callback's data says that is there or not. */
const YES = 'yes';

/** How a job is claimed that was polled for: what its worker must know of it, for a callback's data. */
export interface PolledJobKeys {
  readonly nonce: string;
  /** Other workers poll for it, too. */
  readonly shared?: boolean | undefined;
  /** A process of its own does it. */
  readonly held?: boolean | undefined;
}

/** The members that a polled job adds to its callback's data. */
export function claimData({ nonce, shared, held }: PolledJobKeys): Readonly<Record<string, string>> {
  return { nonce, ...(shared === true ? { shared: YES } : {}), ...(held === true ? { held: YES } : {}) };
}

/** Whether a process of its own does a job, whose deliveries nobody brings back. */
export function isHeld({ data }: Callback): boolean {
  return data.held === YES;
}

/**
 * How a job is claimed: a job with a nonce was polled for. What comes without one was given to the function by
 * CodePipeline itself, and its answer is owed from then on.
 */
export function jobClaiming(callback: Callback): Claiming | undefined {
  const { nonce, shared } = callback.data;
  if (nonce === undefined) return undefined;
  return {
    shared: shared === YES,
    claim: (environment) => acknowledge(callback, { ...environment, offeredAt: undefined }),
  };
}
