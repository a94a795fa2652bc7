import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import { failedDecision } from '../../core/decision.ts';
import { report } from '../../core/report.ts';

/** Reading the ledger and answering may take this long, in milliseconds. */
const PATIENCE_MS = 30_000;
/** A lease that ended this long ago is nobody's any more: a function's retries would have taken it up, in milliseconds. */
const ABANDONED_MS = 5 * 60_000;

/**
 * Answers the jobs that a process before this one claimed and never answered, because it or its machine died: outside
 * Lambda nobody retries them.
 *
 * @returns how many
 * @throws LedgerError
 */
export async function recoverClaims({ resultApi, runtime: provide }: WorkerHandler): Promise<number> {
  const runtime = provide();
  const { ledger, time, log } = runtime;
  const until = time.now() + PATIENCE_MS;
  let answered = 0;
  for (const { callback, released, leaseUntil = 0 } of await ledger.listOpen(until)) {
    if (callback?.service !== resultApi.name || callback.data.nonce === undefined) continue;
    if (released || leaseUntil + ABANDONED_MS > time.now()) continue;
    const decision = failedDecision('the worker that had claimed the job ended without a word', 'crashed');
    try {
      const standing = await ledger.decide(callback, resultApi.fit(decision), until);
      await report(resultApi, callback, standing, runtime, until);
      answered++;
    } catch (error) {
      log.error('an abandoned job could not be answered', { id: callback.id, error });
    }
  }
  return answered;
}
