import { AwsCallError } from '../../aws/index.ts';
import type { Callback } from '../../core/callback.ts';
import { type ClaimResult, isClaimed, readClaimMark, writeClaimMark } from '../../core/claiming.ts';
import { ClaimInDoubtError } from '../../core/errors.ts';
import type { Claim, Ledger, Opening } from '../../core/ledger.ts';
import { isHeld } from './claiming.ts';

/** The job belongs to somebody else, or to nobody any more: there is nothing to do and nothing to report. */
export class NotOurJobError extends Error {
  override readonly name = 'NotOurJobError';
}

/** Claims the job behind a callback with CodePipeline. */
export type AcknowledgeCallback = (callback: Callback, until: number) => Promise<ClaimResult>;

/** A {@link Ledger} that claims. */
export interface ClaimingLedger extends Ledger {
  /** Claims nothing from now on. Resolves when what is being claimed has its mark, or is known not to be ours. */
  stopClaiming(): Promise<void>;
}

/**
 * A ledger whose entries are opened for jobs that must be claimed first.
 *
 * The entry comes before the claim and a mark after it, in the invocation that answers. So whenever the process dies,
 * either the job is not claimed, and CodePipeline offers it again; or it is, and the retry of the invocation finds the
 * mark and knows the refused nonce for its own. Only who dies between the claim and its mark leaves a doubt: the retry
 * then waits, so that whoever is offered the job again may take it over, and in the end the last resort judges.
 */
export function createClaimingLedger(ledger: Ledger, acknowledge: AcknowledgeCallback): ClaimingLedger {
  const underWay = new Set<Promise<unknown>>();
  let stopped = false;

  const isOurs = async (callback: Callback, until: number) => isClaimed(await readClaimMark(ledger, callback, until));
  const mark = (callback: Callback, until: number) =>
    writeClaimMark(ledger, callback, isHeld(callback) ? 'held' : 'claimed', until);

  async function claim(callback: Callback, own: Claim, until: number, died: boolean): Promise<Opening> {
    if (stopped) {
      if (await isOurs(callback, until)) return { status: 'claimed', died };
      await ledger.release(callback, own, until);
      throw new NotOurJobError(`job ${callback.id} is left to others: this worker stops`);
    }
    let result: ClaimResult;
    try {
      result = await acknowledge(callback, until);
    } catch (error) {
      // Refused outright, so not claimed; an answer that never came may have been a claim, and keeps the entry.
      if (error instanceof AwsCallError && error.fault === 'client') await ledger.release(callback, own, until);
      throw error;
    }
    if (result === 'claimed') {
      await mark(callback, until);
      // Claimed only now, so an attempt that died before has not run the logic.
      return { status: 'claimed', died: false };
    }
    const known = result === 'closed' ? undefined : await readClaimMark(ledger, callback, until);
    if (isClaimed(known)) return { status: 'claimed', died };
    if (result === 'uncertain' || (result === 'refused' && (died || known === 'uncertain'))) {
      await writeClaimMark(ledger, callback, 'uncertain', until);
      await ledger.release(callback, own, until);
      throw new ClaimInDoubtError(
        `it cannot be told yet whether job ${callback.id} is claimed; this delivery comes again`,
      );
    }
    await ledger.release(callback, own, until);
    throw notOurs(callback);
  }

  /** What was decided in doubt is reported only when the job is claimed: it was offered again, so nobody had it. */
  async function claimForReport(callback: Callback, until: number): Promise<void> {
    if (await isOurs(callback, until)) return;
    if ((await acknowledge(callback, until)) !== 'claimed') throw notOurs(callback);
    await mark(callback, until);
  }

  async function open(callback: Callback, own: Claim, until: number): Promise<Opening> {
    const opening = await ledger.open(callback, own, until);
    if (opening.status === 'claimed') return claim(callback, own, until, opening.died);
    if (opening.status === 'decided') await claimForReport(callback, until);
    return opening;
  }

  return {
    ...ledger,
    open(callback, own, until) {
      const opening = open(callback, own, until);
      const ended = opening.catch(() => undefined).finally(() => underWay.delete(ended));
      underWay.add(ended);
      return opening;
    },
    async stopClaiming() {
      stopped = true;
      await Promise.all(underWay);
    },
  };
}

function notOurs({ id }: Callback): NotOurJobError {
  return new NotOurJobError(`job ${id} is somebody else's, or closed`);
}
