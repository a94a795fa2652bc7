import type { Callback } from './callback.ts';
import { type Claiming, ownershipOf } from './claiming.ts';
import type { Decision } from './decision.ts';
import { ClaimInDoubtError, InProgressError, LedgerError } from './errors.ts';
import type { FailureRecord } from './failure-record.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Runtime } from './runtime.ts';

/** A delivery that a function failed on for good. */
export interface FailedDelivery {
  readonly record: FailureRecord;
  readonly callback: Callback;
  /** How the callback is claimed; undefined where its answer is owed from its delivery on. */
  readonly claiming: Claiming | undefined;
  /** The number of the run that the delivery asked for. */
  readonly run: number;
  /** What is decided unless another decision stands. */
  readonly failed: Decision;
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

/** A run that is this much too late, in milliseconds, was never announced. */
const OVERDUE_MS = 60_000;
/**
 * Whether a callback is ours may stay in doubt until this try: by then it has been offered again, if nobody has claimed
 * it. The tries that are left may still die.
 */
const DOUBTFUL_TRIES = 2;

/**
 * Decides in the place of the function that failed: the decision to report, or undefined where there is nothing to
 * report: a later run of the same delivery is responsible, or the callback is not ours to answer.
 *
 * @throws InProgressError, ClaimInDoubtError, LedgerError, AwsCallError where it cannot be known yet
 */
export async function decideInPlace(
  failure: FailedDelivery,
  runtime: Runtime,
  attempt: Try,
): Promise<Decision | undefined> {
  const { callback, claiming, failed } = failure;
  const { ledger, time, log } = runtime;
  const half = time.now() + (attempt.until - time.now()) / 2;
  const deciding = { ...attempt, until: half };
  try {
    const entry = await ledger.read(callback, half);
    if (entry?.decision !== undefined) return entry.decision;
    if (entry !== undefined && (await isAnothers(failure, entry, runtime, deciding))) {
      log.info('a later run of the delivery answers', { id: callback.id });
      return undefined;
    }
    if (!(await isOurs(failure, entry, runtime, deciding))) return undefined;
    return await ledger.decide(callback, failed, half);
  } catch (error) {
    if (!(error instanceof LedgerError) || !attempt.isLastTry) throw error;
    // Without the ledger nobody can tell whether it was claimed; somebody else's must not be failed.
    if (claiming !== undefined) throw error;
    log.error('the ledger cannot be reached and this is the last try: answering failed without it', { error });
    return failed;
  }
}

/**
 * Whether a later run of the delivery answers. The record proves the death of its own invocation only: a duplicate of
 * the delivery may be at work, or have put it off. A duplicate has the same request id; what it failed with tells that
 * it met another at work.
 *
 * @throws InProgressError while another may be at work
 */
async function isAnothers(
  { record, callback, run }: FailedDelivery,
  entry: LedgerEntry,
  { time }: Runtime,
  { until, isLastTry }: Try,
): Promise<boolean> {
  const { requestId, errorType } = record;
  if (requestId !== undefined && entry.requestId === requestId && errorType !== 'InProgressError') return false;
  if (entry.run > run && isLeftToALaterRun(entry, record, time.now())) return true;
  const leftMs = entry.released ? 0 : (entry.leaseUntil ?? 0) - time.now();
  if (leftMs <= 0) return false;
  // Nobody comes after the last try: a lease that is about to end is waited for.
  if (!isLastTry || leftMs > (until - time.now()) / 2) {
    throw new InProgressError(`another invocation works on ${callback.service} ${callback.id}`);
  }
  await time.sleep(leftMs);
  return false;
}

/**
 * Whether a later run of the delivery answers. A run is stored before the message that brings it about is sent; so
 * behind a message whose receipts all failed there may be none, and who waits in vain for it answers failed.
 *
 * @throws InProgressError while it may yet begin
 */
function isLeftToALaterRun({ callback, key, dueAt }: LedgerEntry, { requestId }: FailureRecord, now: number): boolean {
  // Whose attempts are known by their request id is told of by a record of its own.
  if (dueAt === undefined || requestId !== undefined) return true;
  if (dueAt + OVERDUE_MS > now) {
    throw new InProgressError(`${callback?.id ?? key} is put off until ${new Date(dueAt).toISOString()}`);
  }
  return false;
}

/**
 * Whether the answer is ours to give. While that is in doubt it is asked again at the next try, since the callback may
 * be claimed, or answered, by another worker meanwhile. What stays in doubt is ours, unless others may claim, too.
 *
 * @throws ClaimInDoubtError
 */
async function isOurs(
  { record, callback, claiming }: FailedDelivery,
  entry: LedgerEntry | undefined,
  runtime: Runtime,
  { until, number, isLastTry }: Try,
): Promise<boolean> {
  const { id } = callback;
  const ownership = await ownershipOf(callback, claiming, entry, runtime, until);
  if (ownership === 'ours') return true;
  if (ownership !== 'doubtful') {
    const why = ownership === 'closed' ? 'nobody waits for it any more' : 'it was never claimed here';
    runtime.log.warn(`dropped: ${why}, so the answer is not ours to give`, { id, functionName: record.functionName });
    return false;
  }
  if (number > DOUBTFUL_TRIES && claiming?.shared !== true) return true;
  const what = isLastTry
    ? 'look whether another worker has it; if none has, answer it with "ringback complete"'
    : 'it is asked again';
  throw new ClaimInDoubtError(`it cannot be told whether ${callback.service} ${id} was claimed here: ${what}`);
}
