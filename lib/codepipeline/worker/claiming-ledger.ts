import { AwsCallError } from '../../aws/index.ts';
import type { Callback } from '../../core/callback.ts';
import { InProgressError } from '../../core/errors.ts';
import { type Claim, type Ledger, ledgerKey, type Opening } from '../../core/ledger.ts';
import type { ClaimResult } from './acknowledge.ts';

/** The job belongs to somebody else, or to nobody any more: there is nothing to do and nothing to report. */
export class NotOurJobError extends Error {
  override readonly name = 'NotOurJobError';
}

/** Claims the job behind a callback with CodePipeline. */
export type AcknowledgeCallback = (callback: Callback, until: number) => Promise<ClaimResult>;

/**
 * A ledger whose entries are opened for jobs that must be claimed first.
 *
 * The entry comes before the claim, in the invocation that answers. So whenever the process dies, either the job is not
 * claimed, and CodePipeline offers it again; or it is, and the retry of the invocation finds the entry that its
 * predecessor left and knows the refused nonce for its own. No other of our workers can have claimed it meanwhile: who
 * does not hold the entry does not ask.
 */
export function createClaimingLedger(ledger: Ledger, acknowledge: AcknowledgeCallback): Ledger {
  /** A job that was claimed and given back for another try; only then is a refused nonce our own without a death. */
  const heldKey = (callback: Callback) => `${ledgerKey(callback)}#held`;

  async function claim(callback: Callback, own: Claim, until: number, died: boolean): Promise<Opening> {
    let result: ClaimResult;
    try {
      result = await acknowledge(callback, until);
    } catch (error) {
      // Refused outright, so not claimed; an answer that never came may have been a claim, and keeps the entry.
      if (error instanceof AwsCallError && !error.retryable) await ledger.release(callback, own, until);
      throw error;
    }
    // Claimed only now, so an attempt that died before has not run the logic.
    if (result === 'claimed') return { status: 'claimed', died: false };
    if (result === 'refused' || result === 'uncertain') {
      if (died) return { status: 'claimed', died: true };
      if ((await ledger.getState(heldKey(callback), until)) !== undefined) return { status: 'claimed', died: false };
    }
    if (result === 'uncertain') {
      // The entry stays, as a process leaves it that dies: if the job was offered again, whoever claims it now takes it
      // over; if not, the retry of this invocation knows it for its own.
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
    async release(callback, own, until) {
      await ledger.putState(heldKey(callback), '1', until);
      await ledger.release(callback, own, until);
    },
  };
}
