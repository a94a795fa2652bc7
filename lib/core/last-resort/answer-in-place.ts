import { LOST } from '../answer-delivery.ts';
import { type Decision, type End, failedEnd } from '../decision.ts';
import { type Delivery, returnQueueOf } from '../delivery.ts';
import { InProgressError, LedgerError } from '../errors.ts';
import { fitEnd, tooLate } from '../fit-end.ts';
import { type Entry, idOfKey } from '../ledger/entry.ts';
import { find } from '../ledger/transitions.ts';
import { putOff } from '../put-off.ts';
import { report } from '../report.ts';
import type { Runtime } from '../runtime.ts';
import type { SecretScope } from '../secrets/redactor.ts';
import { type Service, wantsAcknowledgement } from '../service.ts';
import type { FailureRecord } from './failure-record.ts';
import { isOurs } from './is-ours.ts';

/** A delivery that a function failed on for good. */
export interface FailedDelivery {
  readonly record: FailureRecord;
  readonly service: Service;
  readonly delivery: Delivery;
  /** What is decided unless another decision stands. */
  readonly failed: Decision;
  /** The event as the service sent it. */
  readonly event: unknown;
  readonly secrets: Pick<SecretScope, 'add'>;
}

/** One try of the last resort. */
export interface Try {
  /** In milliseconds since the epoch. */
  readonly until: number;
  /** Counts from 1. */
  readonly number: number;
  /** Whether nobody comes after it. */
  readonly isLastTry: boolean;
}

/** What the last resort did, for its log. */
export interface Done {
  readonly decision: Decision['kind'] | 'put off';
  readonly alreadySettled?: boolean;
}

/**
 * Answers in the place of the function that failed: reports the decision that stands, puts a delivery that only asked
 * off again, or decides failed and reports that.
 *
 * @returns undefined where there is nothing to do: a later run is responsible, or the answer is not ours to give
 * @throws InProgressError, AcknowledgementInDoubtError, LedgerError, AnswerNotGivenError where it cannot be known, or
 * given, yet
 */
export async function answerInPlace(
  failure: FailedDelivery,
  runtime: Runtime,
  attempt: Try,
): Promise<Done | undefined> {
  const { service, delivery, secrets } = failure;
  const { ledger, time, log } = runtime;
  // Half of the time is for the report.
  const deciding = { ...attempt, until: time.now() + (attempt.until - time.now()) / 2 };
  let entry: Entry;
  try {
    const stands = await ledger.read(delivery.key, deciding.until);
    const left = await whatIsLeft(failure, stands, runtime, deciding);
    if (left.kind === 'nothing') return undefined;
    if (left.kind === 'wait') return await putOffInPlace(failure, stands as Entry, runtime, attempt.until);
    if (!(await isOurs(failure, stands, runtime, deciding))) return undefined;
    const limits = { until: attempt.until, decideUntil: deciding.until };
    entry = await decideInPlace(failure, left.decision, runtime, limits);
  } catch (error) {
    if (!(error instanceof LedgerError) || !attempt.isLastTry) throw error;
    // Without the ledger nobody can tell whether it was acknowledged; somebody else's must not be failed.
    if (wantsAcknowledgement(service, delivery.ticket)) throw error;
    log.error('the ledger cannot be reached and this is the last try: answering failed without it', { error });
    entry = withDecision(failure, failure.failed);
  }
  if (entry.state.kind !== 'decided') return undefined;
  const { decision } = entry.state;
  const told = await report({ service, entry, decision, delivered: delivery.ticket, secrets }, runtime, attempt.until);
  return { decision: told.decision.kind, alreadySettled: told.alreadySettled };
}

/** What there is to do for a delivery in the place of its function. */
type Left =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'end'; readonly decision: Decision };

async function whatIsLeft(
  { record, service, delivery, failed }: FailedDelivery,
  entry: Entry | undefined,
  runtime: Runtime,
  attempt: Try,
): Promise<Left> {
  const { log, time, redactor } = runtime;
  const end = (what: End): Left => ({ kind: 'end', decision: fitEnd(service, what, redactor.redact) });
  if (delivery.problem !== undefined) return end(failedEnd(delivery.problem, 'failed'));
  const found = find(entry, delivery, '', time.now());
  switch (found.kind) {
    case 'superseded':
      log.info('a later run answers', { id: idOfKey(delivery.key) });
      return { kind: 'nothing' };
    case 'wait':
      // A job that has to be acknowledged was not, when it only asked: it is offered again.
      return isOnlyOffered(service, delivery, found.entry) ? { kind: 'nothing' } : { kind: 'wait' };
    case 'late':
      return end(tooLate(found.awaitedUntil));
    case 'lost':
      return end(failedEnd(LOST, 'failed'));
    case 'unreadable':
      return end(failedEnd(found.why, 'failed'));
    case 'busy':
      await outlast(entry as Entry, record, runtime, attempt);
      return { kind: 'end', decision: failed };
    default:
      return { kind: 'end', decision: failed };
  }
}

function isOnlyOffered(service: Service, { run, ticket }: Delivery, entry: Entry): boolean {
  return run === entry.run && wantsAcknowledgement(service, ticket);
}

/**
 * Waits until nobody else can be at work. The record proves the death of its own invocation only: a duplicate of the
 * delivery may be alive. A duplicate has the same request id; what it failed with tells that it met another at work.
 *
 * @throws InProgressError while another may be at work
 */
async function outlast(
  { key, state, requestId }: Entry,
  record: FailureRecord,
  { time }: Runtime,
  { until, isLastTry }: Try,
): Promise<void> {
  const isItsOwn = record.requestId !== undefined && requestId === record.requestId;
  if (isItsOwn && record.errorType !== 'InProgressError') return;
  const leftMs = (state.kind === 'running' ? state.until : 0) - time.now();
  // Nobody comes after the last try: a lease that is about to end is waited for.
  if (!isLastTry || leftMs > (until - time.now()) / 2) {
    throw new InProgressError(`another invocation works on ${key.replace('#', ' ')}`);
  }
  await time.sleep(Math.max(0, leftMs));
}

/** Puts a delivery off in its function's place: with its own ticket, which that function was given. */
async function putOffInPlace(
  { service, delivery, event, secrets }: FailedDelivery,
  entry: Entry,
  runtime: Runtime,
  until: number,
): Promise<Done> {
  const { key, run, ticket: kept = delivery.ticket } = entry;
  if (entry.state.kind !== 'waiting') return { decision: 'put off' };
  // Where the service goes on waiting, the entry's ticket says which queue brings the delivery back.
  const ticket = returnQueueOf(kept) === undefined ? delivery.ticket : kept;
  await putOff({ service, ticket, key, run, waiting: entry.state, event, secrets }, runtime, until);
  return { decision: 'put off' };
}

/** Decides, tells of a failure what the report cannot, and gives the entry as it then stands. */
async function decideInPlace(
  failure: FailedDelivery,
  decision: Decision,
  runtime: Runtime,
  { until, decideUntil }: { readonly until: number; readonly decideUntil: number },
): Promise<Entry> {
  const { service, delivery } = failure;
  const decided = await runtime.ledger.decide(delivery.key, decision, { asked: delivery }, decideUntil);
  // What cannot be read is answered without a write, the same by everybody.
  if (decided?.entry.state.kind !== 'decided') return withDecision(failure, decision);
  const { entry, isOwn } = decided;
  const { ticket = delivery.ticket } = entry;
  if (isOwn && decision.kind === 'failed') {
    await service.beforeReport?.({ id: idOfKey(entry.key), ticket, decision }, runtime, until);
  }
  return entry;
}

function withDecision({ delivery }: FailedDelivery, decision: Decision): Entry {
  const { key, ticket, run } = delivery;
  return {
    key,
    ticket,
    run,
    region: ticket.region,
    openedAt: 0,
    takenAt: 0,
    state: { kind: 'decided', decision, decidedAt: 0 },
  };
}
