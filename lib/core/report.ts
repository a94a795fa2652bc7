import { AwsCallError } from '../aws/index.ts';
import { callResultApi } from './call-result-api.ts';
import { type Decision, failedEnd } from './decision.ts';
import { fitEnd } from './fit-end.ts';
import { type Entry, idOfKey, isKnownUnreported, type Ticket } from './ledger/entry.ts';
import type { Runtime } from './runtime.ts';
import type { SecretScope } from './secrets/redactor.ts';
import type { Service } from './service.ts';

/** How a report ended. */
export interface Reported {
  readonly kind: 'reported';
  /** What the service was told; another than was stored where the service refused that as invalid. */
  readonly decision: Decision;
  /** Whether the service had been answered already, or had given up waiting. */
  readonly alreadySettled: boolean;
  /** How many tries it took beyond the first. */
  readonly retries: number;
}

/** An entry whose decision is to be carried to its service. */
export interface Report {
  readonly service: Service;
  readonly entry: Entry;
  readonly decision: Decision;
  /** The one to answer where the entry has none: that of the delivery which finds the decision. */
  readonly delivered: Ticket;
  readonly secrets: Pick<SecretScope, 'add'>;
}

/** Kept for the note that a report did not arrive, in milliseconds: less than every caller keeps back at its end. */
const NOTE_MS = 100;
/** The note that one arrived is tried for this long at most, in milliseconds: nobody waits for it, whatever time is left. */
const LONGEST_NOTE_MS = 5_000;

/**
 * Carries a stored decision to its service. A report goes to the entry's own ticket; to that of the delivery only where the
 * entry has none, or a damaged one that the service refuses even for a failure. What is answered by the function's return
 * value is not reported here, but left to the caller.
 *
 * @throws AnswerNotGivenError when it did not arrive: whoever comes next reports the same decision
 */
export async function report(reporting: Report, runtime: Runtime, until: number): Promise<Reported> {
  const { service, entry, decision, delivered, secrets } = reporting;
  const { request } = service;
  if (request === undefined) {
    // Whoever asked returns it now.
    await noteArrival(reporting, 'taken', runtime, until);
    return { kind: 'reported', decision, alreadySettled: false, retries: 0 };
  }
  const ticket = entry.ticket ?? delivered;
  try {
    const told = await callResultApi(
      { service, ticket, secrets, request: (to) => request(to, decision) },
      runtime,
      until,
    );
    await noteArrival(reporting, told.arrival, runtime, until);
    return { kind: 'reported', decision, alreadySettled: told.arrival === 'settled', retries: told.retries };
  } catch (error) {
    const other = isRefused(error, service) ? await withoutRefusal(reporting, error, runtime, until) : undefined;
    if (other !== undefined) return report(other, runtime, until);
    await note(entry, false, runtime, until + NOTE_MS);
    throw error;
  }
}

/** Whether a service refused a request as invalid, so that it will be at every repetition. */
export function isRefused(error: unknown, { refused }: Service): boolean {
  const { cause } = (error ?? {}) as { cause?: unknown };
  return cause instanceof AwsCallError && refused.has(cause.code);
}

/**
 * What there is to report in the place of what the service refuses as invalid: a failure for a success, and for a failure,
 * where nothing is left to be wrong but the entry's ticket, the same by the ticket that was delivered.
 */
async function withoutRefusal(
  reporting: Report,
  refusal: unknown,
  runtime: Runtime,
  until: number,
): Promise<Report | undefined> {
  const { entry, decision, delivered } = reporting;
  if (decision.kind !== 'failed') {
    const failure = await amend(reporting, refusal, runtime, until);
    return failure && { ...reporting, decision: failure };
  }
  if (entry.ticket === undefined || isSame(entry.ticket, delivered)) return undefined;
  runtime.log.warn('the service refuses the ids that the entry holds; answering by those of the delivery', {
    id: idOfKey(entry.key),
    error: refusal,
  });
  return { ...reporting, entry: { ...entry, ticket: undefined } };
}

function isSame(one: Ticket, other: Ticket): boolean {
  const names = Object.keys({ ...one.data, ...other.data });
  return one.region === other.region && names.every((name) => one.data[name] === other.data[name]);
}

/** Puts a failure in the place of a success that the service refuses as invalid; undefined where that could not be. */
async function amend(
  { service, entry, decision }: Report,
  refusal: unknown,
  { ledger, log, redactor }: Runtime,
  until: number,
): Promise<Decision | undefined> {
  const { cause } = refusal as { cause: AwsCallError };
  log.error('the service refused the answer as invalid; answering failed instead', {
    id: idOfKey(entry.key),
    error: cause,
  });
  const failure = failedEnd(`the answer was refused as invalid: ${cause.message}`, 'failed');
  const standing = await ledger.amend(entry.key, decision, fitEnd(service, failure, redactor.redact), until);
  return standing.kind === 'failed' ? standing : undefined;
}

/** Takes note of a report of which nobody would otherwise know that it arrived. */
async function noteArrival(
  { entry }: Report,
  told: 'taken' | 'settled',
  runtime: Runtime,
  until: number,
): Promise<void> {
  // What works for it ends later, and is told again unless that is known to be needless.
  const isToldAgain = entry.execution !== undefined && told === 'taken';
  // A late duplicate may only have found its own, earlier job closed.
  const isNews = isKnownUnreported(entry) && (told === 'taken' || entry.ticket !== undefined);
  if (isToldAgain || isNews) await note(entry, true, runtime, Math.min(until, runtime.time.now() + LONGEST_NOTE_MS));
}

async function note({ key }: Entry, reported: boolean, { ledger, log }: Runtime, until: number): Promise<void> {
  try {
    await ledger.noteReported(key, reported, until);
  } catch (error) {
    log.warn('it could not be noted whether the service was told', { id: idOfKey(key), reported, error });
  }
}
