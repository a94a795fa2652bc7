import type { OnCrash } from '../constants.ts';
import { acknowledgeForReport, acknowledgeOurs } from './acknowledge-ours.ts';
import { type InvocationContext, startTimes, type Times } from './deadline.ts';
import { type Decision, type End, failedEnd } from './decision.ts';
import type { Delivery } from './delivery.ts';
import { InProgressError, LedgerError } from './errors.ts';
import { fitEnd, tooLate } from './fit-end.ts';
import { type Entry, idOfKey, type Lease, type Waiting } from './ledger/entry.ts';
import { type PutOffAnswer, putOff } from './put-off.ts';
import { isRefused, type Reported, report } from './report.ts';
import { runForEnd } from './run-for-end.ts';
import type { Runtime } from './runtime.ts';
import type { SecretScope } from './secrets/redactor.ts';
import { type Parsed, type TaskService, wantsAcknowledgement } from './service.ts';

/** One delivery and all that is needed to answer it. */
export interface Attempt<Task> {
  readonly service: TaskService<Task>;
  readonly logic: (task: Task) => unknown;
  readonly onCrash: OnCrash;
  readonly runtime: Runtime;
  readonly context: InvocationContext;
  readonly delivery: Delivery;
  readonly parsed: Parsed<Task>;
  /** Takes the delivery's secrets; whoever made it ends it. */
  readonly secrets: SecretScope;
  /** The event as the service sent it, for bringing it back. */
  readonly event: unknown;
}

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
  if (delivery.problem !== undefined) return endInPlace(attempt, failedEnd(delivery.problem, 'failed'), times);

  const lease = { owner: runtime.uuid(), requestId: context.awsRequestId, until: times.leaseUntil };
  const found = await runtime.ledger.take(delivery, lease, times.takeUntil);
  switch (found.kind) {
    case 'run':
      return runAndAnswer(attempt, found.entry, found.died, lease, {
        ...times,
        ledgerLatencyMs: runtime.time.now() - times.startedAt,
      });
    case 'wait':
      return putOffAgain(attempt, found.entry, found.waiting, times.lastMoment);
    case 'late':
      return endInPlace(attempt, tooLate(found.awaitedUntil), times);
    case 'decided':
      runtime.log.info('the decision stands already; reporting it again', { id: idOfKey(delivery.key) });
      return reportFound(attempt, found.entry, found.decision, times.lastMoment);
    case 'busy':
      throw new InProgressError(
        `another invocation works on ${service.noun} ${idOfKey(delivery.key)} until ${new Date(found.until).toISOString()} at the latest; this delivery comes again`,
      );
    case 'superseded':
      runtime.log.info('a later run has taken over', { id: idOfKey(delivery.key) });
      return undefined;
    case 'lost':
      return endInPlace(attempt, failedEnd(LOST, 'failed'), times);
    case 'unreadable':
      return reportUnreadable(attempt, found.why, times.lastMoment);
  }
}

/** Why work that was put off cannot go on. */
export const LOST = 'what it waited with is no longer in the ledger: its entry was deleted, or has expired';

async function runAndAnswer<Task>(
  attempt: Attempt<Task>,
  entry: Entry,
  died: boolean,
  lease: Lease,
  times: Times & { readonly ledgerLatencyMs: number },
): Promise<Answer | undefined> {
  const { service, runtime, delivery } = attempt;
  const { ledger, log } = runtime;
  const { key, ticket } = delivery;
  const { owner } = lease;
  const { lastMoment } = times;
  const taken = { service, entry: { ...entry, ticket }, owner, died };
  const ours = await acknowledgeOurs(taken, runtime, lastMoment);
  if (ours === undefined) return undefined;
  if (wantsAcknowledgement(service, ticket)) await checkTimeLeft(attempt, owner, times);

  const end = await runForEnd({ ...attempt, entry, owner, died: ours.died }, times);
  if (end.kind === 'next') {
    // Stored before it is announced: whoever finds the entry puts the delivery off in this attempt's place.
    const standing = await ledger.wait(key, owner, end.next, lastMoment);
    if (standing === undefined) return putOffAgain(attempt, { ...entry, run: end.next.run }, end.next, lastMoment);
    return leaveTo(attempt, standing, lastMoment);
  }
  const decided = await ledger.decide(key, end.decision, { owner }, lastMoment);
  if (decided === undefined) return endInPlace(attempt, failedEnd(LOST, 'failed'), times);
  if (!decided.isOwn) return leaveTo(attempt, decided.entry, lastMoment);
  const answer = await tellAndReport(attempt, decided.entry, end.decision, lastMoment);
  log.info(answer.alreadySettled ? 'settled already' : 'answered', {
    id: idOfKey(key),
    decision: answer.decision.kind,
    ...(answer.decision.kind === 'failed' ? { reason: answer.decision.reason } : {}),
    tookMs: runtime.time.now() - times.startedAt,
  });
  return answer;
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

/** What is left to do where the lease was lost meanwhile: another attempt goes on, or somebody has decided. */
async function leaveTo<Task>(attempt: Attempt<Task>, entry: Entry, until: number): Promise<Answer | undefined> {
  if (entry.state.kind === 'decided') return reportFound(attempt, entry, entry.state.decision, until);
  attempt.runtime.log.warn('another attempt has taken over; what this one came to counts for nothing', {
    id: idOfKey(entry.key),
  });
  return undefined;
}

/** Decides on what comes of no run of the logic: too late, lost, not to be read. */
async function endInPlace<Task>(attempt: Attempt<Task>, end: End, { lastMoment }: Times): Promise<Answer | undefined> {
  const { service, runtime, delivery } = attempt;
  const decision = fitEnd(service, end, runtime.redactor.redact);
  const decided = await runtime.ledger.decide(delivery.key, decision, { asked: delivery }, lastMoment);
  if (decided?.entry.state.kind !== 'decided') {
    const { why } = decided?.entry.state.kind === 'unreadable' ? decided.entry.state : { why: LOST };
    return reportUnreadable(attempt, why, lastMoment);
  }
  // `complete` may have won this race; then its outcome is the one that counts.
  if (!decided.isOwn) return reportFound(attempt, decided.entry, decided.entry.state.decision, lastMoment);
  if (!(await acknowledgeForReport(service, decided.entry, delivery.ticket, runtime, lastMoment))) return undefined;
  return tellAndReport(attempt, decided.entry, decision, lastMoment);
}

/** What nobody can say the decision of is answered failed: the same by everybody, and without a write. */
function reportUnreadable<Task>(attempt: Attempt<Task>, why: string, until: number): Promise<Answer> {
  const { service, runtime, delivery, secrets } = attempt;
  const decision = fitEnd(service, failedEnd(why, 'failed'), runtime.redactor.redact);
  const { key, ticket, run } = delivery;
  const state = { kind: 'decided', decision, decidedAt: 0 } as const;
  const entry = { key, ticket, run, region: ticket.region, openedAt: 0, takenAt: 0, state };
  runtime.log.error('an entry of the ledger cannot be read; answering failed', { id: idOfKey(key), why });
  return report({ service, entry, decision, secrets }, runtime, until);
}

async function reportFound<Task>(
  { service, runtime, delivery, secrets }: Attempt<Task>,
  entry: Entry,
  decision: Decision,
  until: number,
): Promise<Answer | undefined> {
  if (!(await acknowledgeForReport(service, entry, delivery.ticket, runtime, until))) return undefined;
  return report({ service, entry, decision, delivered: delivery.ticket, secrets }, runtime, until);
}

async function tellAndReport<Task>(
  { service, runtime, delivery, secrets }: Attempt<Task>,
  entry: Entry,
  decision: Decision,
  until: number,
): Promise<Reported> {
  const { ticket = delivery.ticket } = entry;
  if (decision.kind === 'failed')
    await service.beforeReport?.({ id: idOfKey(entry.key), ticket, decision }, runtime, until);
  return report({ service, entry, decision, delivered: delivery.ticket, secrets }, runtime, until);
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
    return endInPlace(attempt, refused, { ...startTimes(attempt.context, runtime.time), lastMoment: until });
  }
}
