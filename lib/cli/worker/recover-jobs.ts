import type { HandOver } from '../../codepipeline/polled/hand-over.ts';
import { isHeld } from '../../codepipeline/polled/polled-ticket.ts';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import { type Decision, failedEnd } from '../../core/decision.ts';
import { fitEnd } from '../../core/fit-end.ts';
import { whoseJob } from '../../core/last-resort/is-ours.ts';
import { type Entry, idOfKey, type Ticket } from '../../core/ledger/entry.ts';
import { report } from '../../core/report.ts';
import type { Runtime } from '../../core/runtime.ts';

/** Reading a page of the ledger, and answering one job, may take this long, in milliseconds. */
const PATIENCE_MS = 30_000;
/** A report that has not arrived this long after its decision is in trouble, or its process dead, in milliseconds. */
export const REPORTED_MS = 60_000;
/** A lease that ended this long ago is nobody's any more, in milliseconds. */
export const ABANDONED_MS = 5 * 60_000;
/** What was given back to be tried again is nobody's any more this long after its run began, in milliseconds. */
export const GIVEN_UP_MS = 70 * 60_000;

/**
 * Answers the jobs that a process before this one left behind, because it or its machine died: outside Lambda nobody
 * retries them. One that was decided gets that answer. One that was acknowledged and not decided is answered failed, or
 * run again where `onCrash` says so. One that was never acknowledged is left to CodePipeline, and so is one of which
 * nobody can tell whose it is, where other workers poll for such jobs, too. Jobs that functions do with the same ledger
 * are not touched.
 *
 * @param runAgain - has a job done; resolves when it is through, and never rejects
 * @returns how many
 * @throws LedgerError
 */
export async function recoverJobs(
  handler: WorkerHandler,
  runAgain: (job: HandOver) => Promise<unknown>,
): Promise<number> {
  const runtime = handler.runtime();
  const { ledger, time, log } = runtime;
  const runs: Promise<unknown>[] = [];
  let answered = 0;
  for (const entry of await ledger.list(PATIENCE_MS)) {
    const { ticket } = entry;
    if (!entry.key.startsWith(`${handler.service.name}#`) || ticket === undefined || !isHeld(ticket)) continue;
    if (abandonedFrom(entry) > time.now()) continue;
    try {
      const until = time.now() + PATIENCE_MS;
      const job = { handler, runtime, entry: { ...entry, ticket }, until };
      const done = await recoverJob(job);
      if (done === 'run again') {
        const found = await handler.jobSource().find(ticket, { connection: runtime.connection, time, until });
        if (found !== undefined) runs.push(runAgain(found));
        if (found !== undefined) answered++;
      } else if (done) answered++;
    } catch (error) {
      log.error('an abandoned job could not be answered', { id: idOfKey(entry.key), error });
    }
  }
  await Promise.all(runs);
  return answered;
}

interface AbandonedJob {
  readonly handler: WorkerHandler;
  readonly runtime: Runtime;
  readonly entry: Entry & { readonly ticket: Ticket };
  readonly until: number;
}

/** @returns whether it was the answer that the service waited for */
async function recoverJob(job: AbandonedJob): Promise<boolean | 'run again'> {
  const { handler, entry } = job;
  if (entry.state.kind === 'decided') return giveAnswer(job, entry, entry.state.decision);
  if (!(await isOurs(job))) return false;
  if (handler.onCrash() === 'retry') return 'run again';
  const { service } = handler;
  const { ledger, redactor } = job.runtime;
  const failed = failedEnd('the worker that had acknowledged the job ended without a word', 'crashed');
  const decision = fitEnd(service, failed, redactor.redact);
  const decided = await ledger.decide(entry.key, decision, { entry: 'must stand' }, job.until);
  if (decided?.entry.state.kind !== 'decided') return false;
  return giveAnswer(job, decided.entry, decided.entry.state.decision);
}

async function giveAnswer(job: AbandonedJob, entry: Entry, decision: Decision) {
  const { handler, runtime, until } = job;
  const delivered = job.entry.ticket;
  const secrets = runtime.redactor.scope();
  try {
    const told = await report({ service: handler.service, entry, decision, delivered, secrets }, runtime, until);
    await runtime.ledger.noteReported(entry.key, true, until);
    return !told.alreadySettled;
  } finally {
    secrets.end();
  }
}

async function isOurs({ handler, runtime, entry, until }: AbandonedJob): Promise<boolean> {
  const { service } = handler;
  const whose = await whoseJob(service, entry.ticket, entry, runtime, until);
  if (whose !== 'unknown') return whose === 'ours';
  if (service.isShared?.(entry.ticket) !== true) return true;
  runtime.log.warn('it cannot be told whether an abandoned job was acknowledged here; it is left alone', {
    id: idOfKey(entry.key),
  });
  return false;
}

/** From when on nobody can be at work on an entry any more, in milliseconds since the epoch. */
function abandonedFrom({ state, takenAt }: Entry): number {
  switch (state.kind) {
    case 'running':
      return state.until + ABANDONED_MS;
    case 'given-back':
      return takenAt + GIVEN_UP_MS;
    case 'decided':
      return state.reported === true ? Number.POSITIVE_INFINITY : state.decidedAt + REPORTED_MS;
    default:
      return Number.POSITIVE_INFINITY;
  }
}
