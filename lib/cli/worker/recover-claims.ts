import { isHeld } from '../../codepipeline/worker/claiming.ts';
import type { HandOver } from '../../codepipeline/worker/hand-over.ts';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import type { Callback } from '../../core/callback.ts';
import { findClaims, ownershipOf, removeClaimMark } from '../../core/claiming.ts';
import { type Decision, failedDecision } from '../../core/decision.ts';
import type { LedgerEntry } from '../../core/ledger.ts';
import { report } from '../../core/report.ts';
import type { Runtime } from '../../core/runtime.ts';

/** Reading the ledger and answering may take this long, in milliseconds. */
const PATIENCE_MS = 30_000;
/** A report that has not arrived this long after its decision is in trouble, or its process dead, in milliseconds. */
export const REPORTED_MS = 60_000;
/** A lease that ended this long ago is nobody's any more, in milliseconds. */
export const ABANDONED_MS = 5 * 60_000;
/** What was given back to be tried again is nobody's any more this long after it was opened, in milliseconds. */
export const GIVEN_UP_MS = 70 * 60_000;

/**
 * Answers the jobs that a process before this one left behind, because it or its machine died: outside Lambda nobody
 * retries them. One that was decided gets that answer. One that was claimed and not decided is answered failed, or run
 * again where `onCrash` says so. One that was never claimed is left to CodePipeline, and so is one of which nobody can
 * tell whose it is, where other workers poll for such jobs, too. Jobs that functions do with the same ledger are not
 * touched.
 *
 * @param runAgain - has a job done; resolves when it is through, and never rejects
 * @returns how many
 * @throws LedgerError
 */
export async function recoverClaims(
  handler: WorkerHandler,
  runAgain: (job: HandOver) => Promise<unknown>,
): Promise<number> {
  const { resultApi } = handler;
  const runtime = handler.runtime();
  const { ledger, time, log } = runtime;
  const until = time.now() + PATIENCE_MS;
  const recovery = { handler, runtime, until };
  const runs: Promise<unknown>[] = [];
  let answered = 0;

  async function attempt(callback: Callback, work: () => Promise<boolean>): Promise<void> {
    try {
      if (await work()) answered++;
    } catch (error) {
      log.error('an abandoned job could not be answered', { id: callback.id, error });
    }
  }

  const isOwn = (callback: Callback | undefined): callback is Callback =>
    callback?.service === resultApi.name && isHeld(callback);

  for (const key of await findClaims(ledger, 'held', until)) {
    const { callback, decision, decidedAt = 0 } = (await ledger.readKey(key, until)) ?? {};
    if (isOwn(callback) && decision !== undefined && decidedAt + REPORTED_MS <= time.now()) {
      await attempt(callback, () => giveAnswer(callback, decision, recovery));
    }
  }
  for (const entry of await ledger.listOpen(until)) {
    const { callback } = entry;
    if (!isOwn(callback) || abandonedFrom(entry) > time.now()) continue;
    await attempt(callback, async () => {
      if (!(await isOurs(callback, entry, recovery))) return false;
      if (handler.onCrash() === 'fail') return giveAnswer(callback, await decideFailed(callback, recovery), recovery);
      const job = await handler.jobSource().find(callback, { connection: runtime.connection, time, until });
      if (job !== undefined) runs.push(runAgain(job));
      return job !== undefined;
    });
  }
  await Promise.all(runs);
  return answered;
}

interface Recovery {
  readonly handler: WorkerHandler;
  readonly runtime: Runtime;
  readonly until: number;
}

/** @returns whether it was the answer that the service waited for */
async function giveAnswer(callback: Callback, decision: Decision, { handler, runtime, until }: Recovery) {
  const { alreadySettled } = await report(handler.resultApi, callback, decision, runtime, until);
  await removeClaimMark(runtime.ledger, callback, until);
  return !alreadySettled;
}

async function isOurs(callback: Callback, entry: LedgerEntry, recovery: Recovery): Promise<boolean> {
  const { handler, runtime, until } = recovery;
  const claiming = handler.resultApi.claiming?.(callback);
  const ownership = await ownershipOf(callback, claiming, entry, runtime, until);
  if (ownership === 'unclaimed' || ownership === 'closed') return false;
  if (ownership === 'doubtful' && claiming?.shared === true) {
    runtime.log.warn('it cannot be told whether an abandoned job was claimed here; it is left alone', {
      id: callback.id,
    });
    return false;
  }
  return true;
}

function decideFailed(callback: Callback, { handler, runtime, until }: Recovery): Promise<Decision> {
  const failed = failedDecision('the worker that had claimed the job ended without a word', 'crashed');
  return runtime.ledger.decide(callback, handler.resultApi.fit(failed), until);
}

function abandonedFrom({ released, openedAt = 0, leaseUntil = 0 }: LedgerEntry): number {
  return released ? openedAt + GIVEN_UP_MS : leaseUntil + ABANDONED_MS;
}
