import { environmentVariables } from '../constants.ts';
import { type Callback, encodeCallback, readCallback } from './callback.ts';
import { tell } from './decide.ts';
import type { Decision } from './decision.ts';
import { InvalidCallbackError, InvalidOptionError } from './errors.ts';
import { fitEnd } from './fit-end.ts';
import { type Entry, entryKey } from './ledger/entry.ts';
import { endOf, type Failed, isOutcome, type Succeeded } from './outcome.ts';
import type { Runtime } from './runtime.ts';
import { type Service, wantsAcknowledgement } from './service.ts';
import { stopExecution } from './stop-execution.ts';
import type { Answerer } from './telemetry/given-answer.ts';

/** How {@link completeWith} ended. */
export interface Completion {
  /** The kind of the decision that stands; another than asked for where somebody was faster. */
  readonly decision: Decision['kind'];
  /** Whether the decision that stands is the one that was asked for. */
  readonly accepted: boolean;
  /**
   * `reported`: the service knows. `waiting`: it stands in the ledger, and the service's next continuation or invocation
   * carries it (CodePipeline: within about 30 seconds). `closed`: the service had been answered before, or waits no more.
   */
  readonly state: 'reported' | 'waiting' | 'closed';
}

/** How long deciding and reporting may take, in milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * Answers a callback from anywhere.
 *
 * @param givenBy - who answers, for the record; without it whoever calls, which may be what the answer was left to
 * @throws InvalidCallbackError when the callback cannot be read, is of a service that nobody knows, or the ledger has no
 * entry of it
 * @throws InvalidOptionError when the outcome is neither success nor failure
 * @throws LedgerError, AnswerNotGivenError when the ledger or the service cannot be reached; try again
 */
export async function completeWith(
  runtime: Runtime,
  services: readonly Service[],
  callbackOrText: Callback | string,
  outcome: Succeeded | Failed,
  givenBy?: Answerer,
): Promise<Completion> {
  const callback = readCallback(callbackOrText);
  const service = serviceOf(callback, services);
  const by = givenBy ?? { who: 'complete', isExecution: isWithinExecution(callback) };
  checkOutcome(outcome);
  const { ledger, redactor, time } = runtime;
  const until = time.now() + PATIENCE_MS;
  const key = entryKey(service.name, callback.id);
  const asked = fitEnd(service, endOf(outcome), redactor.redact);
  const decided = await ledger.decide(key, asked, { entry: 'must stand' }, until);
  if (decided?.entry.state.kind !== 'decided') throw noEntry(callback, decided?.entry, runtime);
  const { entry } = decided;
  const { decision } = decided.entry.state;
  const accepted = decided.isOwn || JSON.stringify(decision) === JSON.stringify(asked);
  const { ticket, acknowledged } = entry;
  // Without a ticket the next delivery carries it, and so it does where the function's return value is the answer.
  const isReportable =
    ticket !== undefined &&
    service.request !== undefined &&
    (acknowledged === 'yes' || !wantsAcknowledgement(service, ticket));
  if (!isReportable) {
    if (decided.isOwn) await stopExecution(entry, by, runtime);
    return { decision: decision.kind, accepted, state: 'waiting' };
  }
  const secrets = redactor.scope();
  try {
    const standing = { entry, decision, isOwn: decided.isOwn };
    const reported = await tell({ service, delivery: { ticket }, secrets, by }, standing, runtime, until);
    return {
      decision: reported.decision.kind,
      accepted: accepted && reported.decision.kind === decision.kind,
      state: reported.alreadySettled ? 'closed' : 'reported',
    };
  } finally {
    secrets.end();
  }
}

/** Whether this process is of the execution that was started for the callback: it has it as a variable. */
function isWithinExecution(callback: Callback): boolean {
  return process.env[environmentVariables.callback] === encodeCallback(callback);
}

function serviceOf({ service }: Callback, services: readonly Service[]): Service {
  const found = services.find(({ name }) => name === service);
  if (found !== undefined) return found;
  const known = services.map(({ name }) => name).join(', ');
  throw new InvalidCallbackError(`the callback is of service "${service}", and this version knows ${known}`);
}

/** @throws InvalidOptionError for an outcome that is no end, or nothing of that kind */
function checkOutcome(outcome: Succeeded | Failed): void {
  const { kind } = (outcome ?? {}) as { kind?: unknown };
  if (isOutcome(outcome) && (kind === 'succeeded' || kind === 'failed')) return;
  throw new InvalidOptionError(`complete takes succeed() or fail(), but got ${String(kind)}`);
}

function noEntry({ service, id }: Callback, entry: Entry | undefined, { ledgerName }: Runtime): Error {
  const why =
    entry?.state.kind === 'unreadable'
      ? entry.state.why
      : `there is no entry of it in ${ledgerName}; name the table of the function that gave it out`;
  return new InvalidCallbackError(`${service} ${id} cannot be completed: ${why}`);
}
