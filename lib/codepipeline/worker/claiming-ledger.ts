import { AwsCallError } from '../../aws/index.ts';
import type { Callback } from '../../core/callback.ts';
import { InProgressError } from '../../core/errors.ts';
import type { Claim, Ledger, Opening } from '../../core/ledger.ts';
import type { ClaimResult } from './acknowledge.ts';
import { claimMarkKey } from './claim-mark.ts';

/** The job belongs to somebody else, or to nobody any more: there is nothing to do and nothing to report. */
export class NotOurJobError extends Error {
  override readonly name = 'NotOurJobError';
}

/** Claims the job behind a callback with CodePipeline. */
export type AcknowledgeCallback = (callback: Callback, until: number) => Promise<ClaimResult>;

/** What is known of the claim of a job: it went well, or nobody can tell. */
type ClaimMark = 'claimed' | 'uncertain';

/**
 * A ledger whose entries are opened for jobs that must be claimed first.
 *
 * The entry comes before the claim and a mark after it, in the invocation that answers. So whenever the process dies,
 * either the job is not claimed, and CodePipeline offers it again; or it is, and the retry of the invocation finds the
 * mark and knows the refused nonce for its own. Only who dies between the claim and its mark leaves a doubt: the retry
 * then waits, so that whoever is offered the job again may take it over, and in the end the last resort answers.
 */
export function createClaimingLedger(ledger: Ledger, acknowledge: AcknowledgeCallback): Ledger {
  const mark = (callback: Callback, value: ClaimMark, until: number) =>
    ledger.putState(claimMarkKey(callback), value, until);

  async function claim(callback: Callback, own: Claim, until: number, died: boolean): Promise<Opening> {
    let result: ClaimResult;
    try {
      result = await acknowledge(callback, until);
    } catch (error) {
      // Refused outright, so not claimed; an answer that never came may have been a claim, and keeps the entry.
      if (error instanceof AwsCallError && !error.retryable) await ledger.release(callback, own, until);
      throw error;
    }
    if (result === 'claimed') {
      await mark(callback, 'claimed', until);
      // Claimed only now, so an attempt that died before has not run the logic.
      return { status: 'claimed', died: false };
    }
    const known = result === 'closed' ? undefined : await ledger.getState(claimMarkKey(callback), until);
    if (known === 'claimed') return { status: 'claimed', died };
    if (result === 'uncertain' || (result === 'refused' && (died || known === 'uncertain'))) {
      await mark(callback, 'uncertain', until);
      await ledger.release(callback, own, until);
      throw new InProgressError(
        `it cannot be told yet whether job ${callback.id} is claimed; this delivery comes again`,
      );
    }
    await ledger.release(callback, own, until);
    throw new NotOurJobError(`job ${callback.id} is ${result === 'closed' ? 'closed' : "somebody else's"}`);
  }

  return {
    ...ledger,
    async open(callback, own, until) {
      const opening = await ledger.open(callback, own, until);
      if (opening.status === 'claimed') return claim(callback, own, until, opening.died);
      // A decision whose report was refused because nobody had claimed the job: claimed now, it can be given.
      if (opening.status === 'decided') await acknowledge(callback, until).catch(() => undefined);
      return opening;
    },
  };
}
