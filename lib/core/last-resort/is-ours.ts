import { AwsCallError } from '../../aws/index.ts';
import { AcknowledgementInDoubtError } from '../errors.ts';
import { type Entry, idOfKey, type Ticket } from '../ledger/entry.ts';
import type { Runtime } from '../runtime.ts';
import { type Acknowledgement, type Service, wantsAcknowledgement } from '../service.ts';
import type { FailedDelivery, Try } from './failed-delivery.ts';

/**
 * Whether a job is ours may stay in doubt until this try: by then it has been offered again, if nobody has acknowledged
 * it. The tries that are left may still die.
 */
const DOUBTFUL_TRIES = 2;

/**
 * Whether the answer is ours to give. While that is in doubt it is asked again at the next try, since the job may be
 * acknowledged, or answered, by another worker meanwhile. What stays in doubt is ours, unless others work on such jobs.
 *
 * @throws AcknowledgementInDoubtError
 */
export async function isOurs(
  { service, delivery, record }: FailedDelivery,
  entry: Entry | undefined,
  runtime: Runtime,
  { until, number, isLastTry }: Try,
): Promise<boolean> {
  const id = idOfKey(delivery.key);
  const ticket = entry?.ticket ?? delivery.ticket;
  const answer = await whoseJob(service, ticket, entry, runtime, until);
  if (answer === 'ours') return true;
  if (answer === 'not ours') {
    runtime.log.warn('dropped: nobody waits for it here, so the answer is not ours to give', {
      id,
      functionName: record.functionName,
    });
    return false;
  }
  if (number > DOUBTFUL_TRIES && service.isShared?.(ticket) !== true) return true;
  const what = isLastTry
    ? 'look whether another worker has it; if none has, answer it with "ringback complete"'
    : 'it is asked again';
  throw new AcknowledgementInDoubtError(
    `it cannot be told whether ${service.name} ${id} was acknowledged here: ${what}`,
  );
}

/**
 * Whose a job is whose worker here has died, for whoever answers in its place.
 *
 * The entry comes before the acknowledgement, and is given back only after one that failed or was noted. Where neither
 * tells, the service is asked: what can still be acknowledged is acknowledged now, and is ours.
 *
 * @throws LedgerError, or AwsCallError where the service cannot be asked
 */
export async function whoseJob(
  service: Service,
  ticket: Ticket,
  entry: Entry | undefined,
  { ledger, log, time, connect }: Runtime,
  until: number,
): Promise<Acknowledgement> {
  if (!wantsAcknowledgement(service, ticket) || entry?.acknowledged === 'yes') return 'ours';
  if (entry === undefined) return 'not ours';
  if (entry.state.kind === 'given-back' && entry.acknowledged === undefined) return 'not ours';
  try {
    const asking = { connection: connect(ticket.region), time, until };
    const answer = await service.acknowledge(ticket, true, asking);
    if (answer === 'ours') await ledger.noteAcknowledged(entry.key, until);
    return answer;
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.retryable) throw error;
    log.warn('it could not be asked whether a job is acknowledged', { ticket: service.noun, error });
    return 'unknown';
  }
}
