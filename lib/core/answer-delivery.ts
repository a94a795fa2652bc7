import { acknowledgeForReport, acknowledgeOurs } from './acknowledge-ours.ts';
import type { Attempt } from './attempt.ts';
import { startTimes, type Times } from './deadline.ts';
import { decide, endWithoutRun, type Standing, standingOf, tell, type Unsettled } from './decide.ts';
import { type End, failedEnd } from './decision.ts';
import { InProgressError, LedgerError } from './errors.ts';
import { fitEnd } from './fit-end.ts';
import { type Entry, idOfKey, type Waiting } from './ledger/entry.ts';
import { type PutOffAnswer, putOff } from './put-off.ts';
import { isRefused, type Reported } from './report.ts';
import { runForEnd } from './run-for-end.ts';
import { wantsAcknowledgement } from './service.ts';
import { printDeferral } from './telemetry/answer-metrics.ts';

/** What a delivery came to: the decision that the service was told, or that it comes again. */
export type Answer = Reported | PutOffAnswer;

/**
 * Answers one delivery: takes its entry, has it acknowledged where the service wants that, runs user logic, stores what
 * came of it, and reports the decision or puts the delivery off.
 *
 * @returns undefined where another attempt, another run or somebody else answers
 * @throws RetryableError, InProgressError, AcknowledgementInDoubtError, LedgerError, AnswerNotGivenError so that the
 * delivery comes again
 */
export async function answerDelivery<Task>(attempt: Attempt<Task>): Promise<Answer | undefined> {
  const { runtime, delivery, context, service } = attempt;
  const times = startTimes(context, runtime.time);
  const { lastMoment } = times;
  if (delivery.problem !== undefined) return endInPlace(attempt, failedEnd(delivery.problem, 'failed'), lastMoment);

  const lease = { owner: runtime.uuid(), requestId: context.awsRequestId, until: times.leaseUntil };
  const found = await runtime.ledger.take(delivery, lease, times.takeUntil);
  const id = idOfKey(delivery.key);
  switch (found.kind) {
    case 'run': {
      const ledgerLatencyMs = runtime.time.now() - times.startedAt;
      return runAndAnswer(attempt, found.entry, found.died, lease.owner, { ...times, ledgerLatencyMs });
    }
    case 'wait':
      return putOffAgain(attempt, found.entry, found.waiting, lastMoment);
    case 'decided':
      return answerOrLeave(attempt, { ...found, isOwn: false }, lastMoment);
    case 'busy': {
      const until = new Date(found.until).toISOString();
      throw new InProgressError(
        `another invocation works on ${service.noun} ${id} until ${until} at the latest; this delivery comes again`,
      );
    }
    case 'superseded':
      runtime.log.info('a later run has taken over', { id });
      return undefined;
    default:
      return endInPlace(attempt, endWithoutRun(found) as End, lastMoment);
  }
}

async function runAndAnswer<Task>(
  attempt: Attempt<Task>,
  entry: Entry,
  died: boolean,
  owner: string,
  times: Times & { readonly ledgerLatencyMs: number },
): Promise<Answer | undefined> {
  const { service, runtime, delivery } = attempt;
  const { key, ticket } = delivery;
  const { lastMoment } = times;
  const taken = { service, entry: { ...entry, ticket }, owner, died };
  const ours = await acknowledgeOurs(taken, runtime, acknowledgeUntil(attempt, lastMoment));
  if (ours === undefined) return undefined;
  // An entry that is given back keeps no trace of an attempt that died: the logic would run again, whatever `onCrash` says.
  if (wantsAcknowledgement(service, ticket) && !ours.died) await checkTimeLeft(attempt, owner, times);

  const end = await runForEnd({ ...attempt, entry, owner, died: ours.died }, times);
  if (end.kind === 'next') {
    // Stored before it is announced: whoever finds the entry puts the delivery off in this attempt's place.
    const inTheWay = await runtime.ledger.wait(key, owner, end.next, lastMoment);
    if (inTheWay !== undefined) return answerOrLeave(attempt, standingOf(inTheWay, false), lastMoment);
    if (end.next.awaitsUntil !== undefined) printDeferral(service, runtime);
    return putOffAgain(attempt, { ...entry, run: end.next.run }, end.next, lastMoment);
  }
  const standing = await decide(attempt, end.decision, { owner }, runtime, lastMoment);
  return answerOrLeave(attempt, standing, lastMoment);
}

/** Leaves a job whose acknowledgement took the time of its logic to the next attempt, which has all of it again. */
async function checkTimeLeft<Task>(
  { runtime, delivery, service }: Attempt<Task>,
  owner: string,
  { startedAt, beginUntil, lastMoment }: Times,
): Promise<void> {
  const now = runtime.time.now();
  if (now <= beginUntil) return;
  await runtime.ledger.giveBack(delivery.key, owner, {}, lastMoment);
  const seconds = Math.round((now - startedAt) / 1000);
  throw new LedgerError(
    `it took ${seconds} s until ${service.noun} ${idOfKey(delivery.key)} was acknowledged and that was noted, so that too little time is left; this delivery comes again`,
  );
}

/** Decides on what comes of no run of the logic: too late, lost, not to be read. */
async function endInPlace<Task>(attempt: Attempt<Task>, end: End, until: number): Promise<Reported | undefined> {
  const { service, runtime, delivery } = attempt;
  const decision = fitEnd(service, end, runtime.redactor.redact);
  return answerOrLeave(attempt, await decide(attempt, decision, { asked: delivery }, runtime, until), until);
}

/** Answers with the decision that stands; where there is none, another attempt has the lease, and answers. */
async function answerOrLeave<Task>(
  attempt: Attempt<Task>,
  standing: Standing | Unsettled,
  until: number,
): Promise<Reported | undefined> {
  const { service, runtime, delivery } = attempt;
  const { entry, decision } = standing;
  if (decision === undefined) {
    const id = idOfKey(entry.key);
    runtime.log.warn('another attempt has taken over; what this one came to counts for nothing', { id });
    return undefined;
  }
  const patience = acknowledgeUntil(attempt, until);
  const ours = await acknowledgeForReport(service, entry, delivery.ticket, runtime, patience);
  if (ours === undefined) return undefined;
  return tell(attempt, { ...standing, entry: ours }, runtime, until);
}

/** Nothing is owed before a job is acknowledged: who has less patience for that gives up sooner. */
function acknowledgeUntil<Task>({ runtime, context }: Attempt<Task>, until: number): number {
  return Math.min(until, runtime.time.now() + (context.acknowledgePatienceMs ?? Number.POSITIVE_INFINITY));
}

/** Puts off what only has to wait. A job that must be acknowledged is left alone instead: it is offered again. */
async function putOffAgain<Task>(
  attempt: Attempt<Task>,
  entry: Entry,
  waiting: Waiting,
  until: number,
): Promise<Answer | undefined> {
  const { service, runtime, delivery, secrets, event } = attempt;
  const { key, ticket } = delivery;
  if (delivery.run === entry.run && wantsAcknowledgement(service, ticket)) return undefined;
  try {
    return await putOff({ service, ticket, key, run: entry.run, waiting, event, secrets }, runtime, until);
  } catch (error) {
    if (!isRefused(error, service)) throw error;
    const refused = failedEnd(`the continuation was refused as invalid: ${(error as Error).message}`, 'failed');
    return endInPlace(attempt, refused, until);
  }
}
