import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import type { Callback } from '../../core/callback.ts';
import { ownershipOf } from '../../core/claiming.ts';
import { failedDecision } from '../../core/decision.ts';
import type { LedgerEntry } from '../../core/ledger.ts';
import { report } from '../../core/report.ts';

/** Reading the ledger and answering may take this long, in milliseconds. */
const PATIENCE_MS = 30_000;
/** A lease that ended this long ago is nobody's any more: a function's retries would have taken it up, in milliseconds. */
export const ABANDONED_MS = 5 * 60_000;
/** What was given back to be tried again is nobody's any more this long after it was opened, in milliseconds. */
export const GIVEN_UP_MS = 70 * 60_000;

/**
 * Answers the jobs that a process before this one claimed and never answered, because it or its machine died: outside
 * Lambda nobody retries them. A job that was never claimed is left to CodePipeline, and so is one of which nobody can
 * tell whose it is, where other workers poll for such jobs, too.
 *
 * @returns how many
 * @throws LedgerError
 */
export async function recoverClaims({ resultApi, runtime: provide }: WorkerHandler): Promise<number> {
  const runtime = provide();
  const { ledger, time, log } = runtime;
  const until = time.now() + PATIENCE_MS;
  let answered = 0;
  for (const entry of await ledger.listOpen(until)) {
    const { callback } = entry;
    if (callback?.service !== resultApi.name || callback.data.nonce === undefined) continue;
    if (abandonedFrom(entry) > time.now()) continue;
    try {
      if (await answerAbandoned(callback, entry)) answered++;
    } catch (error) {
      log.error('an abandoned job could not be answered', { id: callback.id, error });
    }
  }
  return answered;

  async function answerAbandoned(callback: Callback, entry: LedgerEntry): Promise<boolean> {
    const claiming = resultApi.claiming?.(callback);
    const ownership = await ownershipOf(callback, claiming, entry, runtime, until);
    if (ownership === 'unclaimed' || ownership === 'closed') return false;
    if (ownership === 'doubtful' && claiming?.shared === true) {
      log.warn('it cannot be told whether an abandoned job was claimed here; it is left alone', { id: callback.id });
      return false;
    }
    const decision = failedDecision('the worker that had claimed the job ended without a word', 'crashed');
    const standing = await ledger.decide(callback, resultApi.fit(decision), until);
    const { alreadySettled } = await report(resultApi, callback, standing, runtime, until);
    return !alreadySettled;
  }
}

function abandonedFrom({ released, openedAt = 0, leaseUntil = 0 }: LedgerEntry): number {
  return released ? openedAt + GIVEN_UP_MS : leaseUntil + ABANDONED_MS;
}
