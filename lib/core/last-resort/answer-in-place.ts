import { decide, endWithoutRun, type Standing, tell, type Unsettled, withoutLedger } from '../decide.ts';
import { type Decision, failedEnd } from '../decision.ts';
import { InProgressError, LedgerError } from '../errors.ts';
import { fitEnd } from '../fit-end.ts';
import { type Entry, idOfKey } from '../ledger/entry.ts';
import { type Found, find } from '../ledger/transitions.ts';
import { putOff } from '../put-off.ts';
import type { Runtime } from '../runtime.ts';
import { wantsAcknowledgement } from '../service.ts';
import type { FailedDelivery, Try } from './failed-delivery.ts';
import type { FailureRecord } from './failure-record.ts';
import { isOurs } from './is-ours.ts';

/**
 * Answers in the place of the function that failed: reports the decision that stands, puts a delivery that only asked
 * off again, or decides failed and reports that. Where a later run is responsible, or the answer is not ours to give, it
 * does nothing.
 *
 * @throws InProgressError, AcknowledgementInDoubtError, LedgerError, AnswerNotGivenError where it cannot be known, or
 * given, yet
 */
export async function answerInPlace(failure: FailedDelivery, runtime: Runtime, attempt: Try): Promise<void> {
  const { delivery } = failure;
  const { ledger, time, log } = runtime;
  // Half of the time is for the report.
  const deciding = { ...attempt, until: time.now() + (attempt.until - time.now()) / 2 };
  let standing: Standing | Unsettled;
  try {
    const stands = await ledger.read(delivery.key, deciding.until);
    const left = await whatIsLeft(failure, stands, runtime, deciding);
    if (left.kind === 'nothing') return;
    if (left.kind === 'wait') return await putOffInPlace(failure, left, runtime, attempt.until);
    if (!(await isOurs(failure, stands, runtime, deciding))) return;
    standing = await decide(failure, left.decision, { asked: delivery }, runtime, deciding.until);
  } catch (error) {
    if (!(error instanceof LedgerError) || !attempt.isLastTry) throw error;
    // Without the ledger nobody can tell whether it was acknowledged; somebody else's must not be failed.
    if (wantsAcknowledgement(failure.service, delivery.ticket)) throw error;
    log.error('the ledger cannot be reached and this is the last try: answering failed without it', { error });
    standing = withoutLedger(delivery, failure.failed);
  }
  if (standing.decision !== undefined) await tell(failure, standing, runtime, attempt.until);
}

/** What there is to do for a delivery in the place of its function. */
type Left =
  | { readonly kind: 'nothing' }
  | (Found & { readonly kind: 'wait' })
  | { readonly kind: 'end'; readonly decision: Decision };

async function whatIsLeft(
  failure: FailedDelivery,
  entry: Entry | undefined,
  runtime: Runtime,
  attempt: Try,
): Promise<Left> {
  const { record, service, delivery, failed } = failure;
  const { log, time, redactor } = runtime;
  const found = find(entry, delivery, '', time.now());
  const end = delivery.problem === undefined ? endWithoutRun(found) : failedEnd(delivery.problem, 'failed');
  if (end !== undefined) return { kind: 'end', decision: fitEnd(service, end, redactor.redact) };
  switch (found.kind) {
    case 'superseded':
      log.info('a later run answers', { id: idOfKey(delivery.key) });
      return { kind: 'nothing' };
    case 'wait':
      // A job that has to be acknowledged was not, when it only asked: it is offered again.
      return isOnlyOffered(failure, found.entry) ? { kind: 'nothing' } : found;
    case 'busy':
      await outlast(entry as Entry, record, runtime, attempt);
      break;
    default:
      break;
  }
  return { kind: 'end', decision: failed };
}

function isOnlyOffered({ service, delivery: { run, ticket } }: FailedDelivery, entry: Entry): boolean {
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

/**
 * Puts a delivery off in its function's place: with the ticket that the entry kept, which says what queue brings it back, or
 * with its own, where each delivery has a new one.
 */
async function putOffInPlace(
  { service, delivery, event, secrets }: FailedDelivery,
  { entry, waiting }: Found & { readonly kind: 'wait' },
  runtime: Runtime,
  until: number,
): Promise<void> {
  const { key, run, ticket = delivery.ticket } = entry;
  await putOff({ service, ticket, key, run, waiting, event, secrets }, runtime, until);
}
