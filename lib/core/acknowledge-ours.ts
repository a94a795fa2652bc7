import { AwsCallError } from '../aws/index.ts';
import { AcknowledgementInDoubtError } from './errors.ts';
import { type Entry, idOfKey, type Ticket } from './ledger/entry.ts';
import type { Runtime } from './runtime.ts';
import { type AcknowledgingService, type Asking, type Service, wantsAcknowledgement } from './service.ts';

/** An entry that an attempt has just taken. */
export interface Taken {
  readonly service: Service;
  readonly entry: Entry & { readonly ticket: Ticket };
  readonly owner: string;
  /** Whether an earlier attempt at this run ended without a word. */
  readonly died: boolean;
}

/**
 * Acknowledges the job of an entry where its service wants that, and notes it in the entry before the logic runs.
 *
 * The entry comes before the acknowledgement and the note after it, in the invocation that answers. So whenever the
 * process dies, either the job is not acknowledged, and is offered again; or it is, and the retry finds the note and
 * knows the used-up nonce for its own. Only who dies between the two leaves a doubt: the retry then gives the entry
 * back and waits, so that whoever is offered the job again may take it over, and in the end the last resort judges.
 *
 * @returns `died` where the logic may have run before; undefined where the job is somebody else's, or nobody waits
 * @throws AcknowledgementInDoubtError, LedgerError, AwsCallError so that the delivery comes again
 */
export async function acknowledgeOurs(
  { service, entry, owner, died }: Taken,
  runtime: Runtime,
  until: number,
): Promise<{ readonly died: boolean } | undefined> {
  const { key, ticket, acknowledged } = entry;
  if (!wantsAcknowledgement(service, ticket) || acknowledged === 'yes') return { died };
  const { ledger, log } = runtime;
  switch (await ask(service, entry, died || acknowledged === 'unknown', owner, runtime, until)) {
    case 'ours':
      await ledger.noteAcknowledged(key, until);
      // Acknowledged only now, so an attempt that died before has not run the logic.
      return { died: false };
    case 'not ours':
      await ledger.giveBack(key, owner, {}, until);
      log.debug(`${service.noun} ${idOfKey(key)} is somebody else's, or closed`, { id: idOfKey(key) });
      return undefined;
    case 'unknown':
      await ledger.giveBack(key, owner, { acknowledged: 'unknown' }, until);
      throw inDoubt(service, key);
  }
}

/**
 * Acknowledges a job whose decision stands already: what was decided in doubt is reported only when it is ours.
 *
 * The ticket is that of the delivery: the entry's may be of one that was decided on and never acknowledged, and a job
 * that is offered again has another nonce. An attempt that died may have acknowledged it, and not noted that.
 *
 * @returns the entry to report, to the job that was acknowledged for it: where work was handed back, that is another job
 * than the entry's. Undefined where it is not ours
 * @throws AcknowledgementInDoubtError, LedgerError, AwsCallError so that the delivery comes again
 */
export async function acknowledgeForReport(
  service: Service,
  entry: Entry,
  delivered: Ticket,
  runtime: Runtime,
  until: number,
): Promise<Entry | undefined> {
  const { key, ticket, acknowledged } = entry;
  if (!wantsAcknowledgement(service, delivered) || acknowledged === 'yes') return entry;
  const answer = await service.acknowledge(delivered, true, askingIn(delivered, runtime, until));
  if (answer === 'unknown') throw inDoubt(service, key);
  if (answer === 'not ours') return undefined;
  const reported = ticket && delivered;
  await runtime.ledger.noteAcknowledged(key, until, reported);
  return { ...entry, ticket: reported };
}

function inDoubt({ noun }: Service, key: string): AcknowledgementInDoubtError {
  return new AcknowledgementInDoubtError(
    `it cannot be told yet whether ${noun} ${idOfKey(key)} is acknowledged as ours; this delivery comes again`,
  );
}

async function ask(
  service: AcknowledgingService,
  { key, ticket }: Taken['entry'],
  again: boolean,
  owner: string,
  runtime: Runtime,
  until: number,
) {
  try {
    return await service.acknowledge(ticket, again, askingIn(ticket, runtime, until));
  } catch (error) {
    // Refused outright, so not acknowledged; an answer that never came may have been one, and keeps the entry.
    if (error instanceof AwsCallError && error.fault === 'client') await runtime.ledger.giveBack(key, owner, {}, until);
    throw error;
  }
}

function askingIn({ region }: Ticket, { connect, time, onRetry }: Runtime, until: number): Asking {
  return { connection: connect(region), time, until, onRetry };
}
