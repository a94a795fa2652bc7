import { type Decision, type End, failedEnd } from './decision.ts';
import type { Delivery } from './delivery.ts';
import { fitEnd, tooLate } from './fit-end.ts';
import { type Entry, idOfKey, type Ticket } from './ledger/entry.ts';
import type { Decider } from './ledger/ledger.ts';
import type { Found } from './ledger/transitions.ts';
import { type Reported, report } from './report.ts';
import type { Runtime } from './runtime.ts';
import type { SecretScope } from './secrets/redactor.ts';
import { type Service, secretsOf } from './service.ts';
import { stopExecution } from './stop-execution.ts';
import type { Answerer } from './telemetry/given-answer.ts';
import { announceOutcome } from './telemetry/outcome-event.ts';
import { recordAnswer } from './telemetry/record-answer.ts';

/** A delivery that is to be answered, by whoever does it. */
export interface Answering {
  readonly service: Service;
  readonly delivery: Delivery;
  readonly secrets: Pick<SecretScope, 'add'>;
  readonly by: Answerer;
}

/** What is told to its service, by any ticket. */
type Told = Omit<Answering, 'delivery'> & { readonly delivery: { readonly ticket: Ticket } };

/** A decision that stands, and the entry that it stands in. */
export interface Standing {
  readonly entry: Entry;
  readonly decision: Decision;
  /** Whether it was made just now, by whoever asks. */
  readonly isOwn: boolean;
}

/** The entry of an attempt whose lease was lost, without a decision: another goes on with it. */
export interface Unsettled {
  readonly entry: Entry;
  readonly decision: undefined;
}

const LOST = failedEnd(
  'what it waited with is no longer in the ledger: its entry was deleted, or has expired',
  'failed',
);

/** How work ends of which no run may tell the end any more; undefined for what is not at its end. */
export function endWithoutRun(found: Found | { readonly kind: 'absent' }): End | undefined {
  switch (found.kind) {
    case 'late':
      return tooLate(found);
    case 'lost':
      return LOST;
    case 'ahead':
      return failedEnd(
        `it asks for run ${found.run} of its work, and the entry in the ledger has come to run ${found.entryRun} only: its continuation token is damaged, or the ledger was put back to an earlier state`,
        'failed',
      );
    case 'unreadable':
      return failedEnd(found.why, 'failed');
    default:
      return undefined;
  }
}

/**
 * Decides, on the word of an attempt or in the place of a run that is not to be, and gives what then stands: `complete`
 * may have been faster. What cannot be read is answered failed without a write: the same by everybody.
 *
 * @returns the entry alone where the lease was lost and another attempt goes on
 */
export async function decide(
  { service, delivery }: Pick<Answering, 'service' | 'delivery'>,
  decision: Decision,
  by: Decider,
  runtime: Runtime,
  until: number,
): Promise<Standing | Unsettled> {
  const { ledger, log, redactor } = runtime;
  const decided = await ledger.decide(delivery.key, decision, by, until);
  if (decided === undefined) {
    const lost = fitEnd(service, LOST, redactor.redact);
    // Where not even an entry could be made, a row is in its place that is none.
    if ('asked' in by) return withoutLedger(delivery, lost);
    return decide({ service, delivery }, lost, { asked: delivery }, runtime, until);
  }
  const { entry, isOwn } = decided;
  const { state } = entry;
  if (state.kind !== 'unreadable') return standingOf(entry, isOwn);
  log.error('an entry of the ledger cannot be read; answering failed', { id: idOfKey(entry.key), why: state.why });
  return withoutLedger(delivery, fitEnd(service, failedEnd(state.why, 'failed'), redactor.redact), entry.acknowledged);
}

/** What stands in an entry. */
export function standingOf(entry: Entry, isOwn: boolean): Standing | Unsettled {
  const { state } = entry;
  return state.kind === 'decided' ? { entry, decision: state.decision, isOwn } : { entry, decision: undefined };
}

/** A decision that stands in no entry. */
export function withoutLedger(
  { key, ticket, run }: Delivery,
  decision: Decision,
  acknowledged?: Entry['acknowledged'],
): Standing {
  const state = { kind: 'decided', decision, decidedAt: 0 } as const;
  const entry = { key, ticket, run, region: ticket.region, openedAt: 0, takenAt: 0, acknowledged, state };
  return { entry, decision, isOwn: false };
}

/**
 * Carries what stands to its service, puts that on record, and tells whoever wants to know how work ends; of a failure of
 * one's own it first tells what the report has no room for. What the answer was left to is stopped after that.
 */
export async function tell(answering: Told, standing: Standing, runtime: Runtime, until: number): Promise<Reported> {
  try {
    return await carry(answering, standing, runtime, until);
  } finally {
    if (standing.isOwn) await stopExecution(standing.entry, answering.by, runtime);
  }
}

async function carry(
  { service, delivery, secrets, by }: Told,
  { entry, decision, isOwn }: Standing,
  runtime: Runtime,
  until: number,
): Promise<Reported> {
  const { ticket = delivery.ticket } = entry;
  secrets.add(...secretsOf(service, ticket));
  if (isOwn && decision.kind === 'failed')
    await service.beforeReport?.({ id: idOfKey(entry.key), ticket, decision }, runtime, until);
  const reported = await report({ service, entry, decision, delivered: delivery.ticket, secrets }, runtime, until);
  recordAnswer({ service, entry, by, isOwn, reported }, runtime);
  if (isOwn || !reported.alreadySettled) await announceOutcome(service, entry, reported, runtime, until);
  return reported;
}
