import { type HandOver, handOverEvent } from '../../codepipeline/worker/hand-over.ts';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import { isClaimed, readClaimMark, removeClaimMark } from '../../core/claiming.ts';
import { report } from '../../core/report.ts';

/** A token that is not Ringback's own: whoever takes the job next begins it anew. */
const BEGIN_ANEW = 'handed back';
/** Handing back may take this long, in milliseconds. */
const PATIENCE_MS = 8_000;

/**
 * Gives a claimed job back: answers it with a continuation, for which CodePipeline makes a new job that any worker may
 * take. What this process's logic still returns for it changes nothing. Does nothing to a job that has been decided,
 * nor to one that is not known to be claimed here: CodePipeline offers that again by itself. The worker must have
 * stopped claiming.
 *
 * @returns whether another worker can take it
 * @throws LedgerError, AnswerNotGivenError
 */
export async function handBack(job: HandOver, handler: WorkerHandler): Promise<boolean> {
  const runtime = handler.runtime();
  const { resultApi } = handler;
  const callback = resultApi.recognise(handOverEvent(job), runtime.connection.region);
  if (callback === undefined) return false;
  const until = runtime.time.now() + PATIENCE_MS;
  if (!isClaimed(await readClaimMark(runtime.ledger, callback, until))) return true;
  const continued = {
    kind: 'continued',
    token: job.job.data?.continuationToken ?? BEGIN_ANEW,
    details: { summary: 'handed back by a worker that stops' },
  } as const;
  const standing = await runtime.ledger.decide(callback, resultApi.fit(continued), until);
  await report(resultApi, callback, standing, runtime, until);
  await removeClaimMark(runtime.ledger, callback, until);
  return standing.kind === 'continued';
}
