import { returnQueueOf } from './delivery.ts';
import { InvalidOutcomeError } from './errors.ts';
import type { Ticket } from './ledger/entry.ts';
import { stateText } from './ledger/limits.ts';
import type { NextRun } from './ledger/transitions.ts';
import type { Continued, Deferred } from './outcome.ts';
import { type Execution, isExecution } from './runner.ts';
import type { Redact } from './secrets/redactor.ts';
import type { Service } from './service.ts';

/** Where in the life of its entry an outcome comes. */
export interface RunMoment {
  readonly ticket: Ticket;
  /** The number of the run that ended with it. */
  readonly run: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When the service stops waiting, in milliseconds since the epoch; infinite where that is not known. */
  readonly expiresAt: number;
}

/** Kept between the last moment of a deferral and the service's own, in milliseconds. */
const EXPIRY_MARGIN_MS = 5_000;

/**
 * What an entry waits for after `continueAfter` or `defer`.
 *
 * @throws InvalidOutcomeError when it could not come about, or its state cannot be kept
 */
export function nextRun(given: Continued | Deferred, moment: RunMoment, service: Service, redact: Redact): NextRun {
  const { run, now } = moment;
  const outcome = asKept(given);
  const { putOff } = service;
  if (putOff.by === 'token') {
    const next = { run: run + 1, keepsTicket: false, progress: putOff.fitProgress({ ...outcome.details }, redact) };
    return outcome.kind === 'continued'
      ? { ...next, dueAt: now + outcome.delayMs, left: outcome.state }
      : { ...next, ...leftTo(outcome), dueAt: now, awaitsUntil: now + outcome.withinMs };
  }
  return nextByMessage(outcome, moment);
}

/**
 * An outcome with what the ledger keeps of it as JSON does, read once: an object may give another text when it is stored,
 * or none, and the logic would run again.
 */
function asKept(outcome: Continued | Deferred): Continued | Deferred {
  if (outcome.kind === 'deferred') {
    const { execution } = outcome;
    return execution === undefined ? outcome : { ...outcome, execution: executionAsKept(execution) };
  }
  return { ...outcome, state: JSON.parse(stateText(outcome.state)) };
}

/** @throws InvalidOutcomeError for what the entry could not be read with again */
function executionAsKept(given: unknown): Execution {
  let kept: unknown;
  try {
    kept = JSON.parse(JSON.stringify(given) ?? 'null');
  } catch (cause) {
    const why = (cause as Error).message;
    throw new InvalidOutcomeError(`the execution that defer leaves the answer to is not JSON: ${why}`, { cause });
  }
  if (isExecution(kept)) return kept;
  throw new InvalidOutcomeError(
    'the execution that defer leaves the answer to has no id, or no request that stops it: return what startBuild gave as it is, or leave the member out',
  );
}

/** To what a deferral is left, and how long that may be silent. */
function leftTo({ execution, silenceMs }: Deferred): Pick<NextRun, 'execution' | 'silenceMs'> {
  return { execution, silenceMs };
}

/** The service goes on waiting, for as long as it does; the message comes when something is due. */
function nextByMessage(outcome: Continued | Deferred, { ticket, run, now, expiresAt }: RunMoment): NextRun {
  if (returnQueueOf(ticket) === undefined) {
    throw new InvalidOutcomeError(
      `${outcome.kind === 'continued' ? 'continueAfter' : 'defer'} needs a continuation queue, and the function has none: RINGBACK_CONTINUATION_QUEUE_URL is not set`,
    );
  }
  const next = { run: run + 1, keepsTicket: true, progress: {} };
  const lastMoment = expiresAt - EXPIRY_MARGIN_MS;
  if (outcome.kind === 'deferred') {
    const awaitsUntil = Math.min(now + outcome.withinMs, lastMoment);
    const { silenceMs = Number.POSITIVE_INFINITY } = outcome;
    return { ...next, ...leftTo(outcome), dueAt: Math.min(awaitsUntil, now + silenceMs), awaitsUntil };
  }
  const dueAt = now + outcome.delayMs;
  if (dueAt >= lastMoment) {
    throw new InvalidOutcomeError(
      `continueAfter would go on at ${new Date(dueAt).toISOString()}, but the service waits only until ${new Date(expiresAt).toISOString()}`,
    );
  }
  return { ...next, dueAt, left: outcome.state };
}
