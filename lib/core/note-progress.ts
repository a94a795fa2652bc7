import { type Callback, checkCallback } from './callback.ts';
import { InvalidCallbackError } from './errors.ts';
import { type Entry, entryKey, type Waiting } from './ledger/entry.ts';
import type { Runtime } from './runtime.ts';
import type { Service } from './service.ts';

/** How far some work is. */
export interface Progress {
  /** From 0 to 100. */
  readonly percentComplete?: number | undefined;
  /** For a person. */
  readonly summary?: string | undefined;
}

/**
 * What came of telling progress. `noted`: the ledger has it, and CodePipeline shows it from its next poll on. `not yet`: the
 * function that deferred is still at work, so tell it again. `closed`: nobody waits any more.
 */
export type ToldProgress = 'noted' | 'not yet' | 'closed';

/** How long the ledger may take, in milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Tells how far the work of a deferred callback is, which is a sign of life at the same time. What was told before stands
 * where nothing new is told.
 *
 * @throws InvalidCallbackError when the callback is of a service that nobody knows, or the ledger has no entry of it
 * @throws LedgerError when the ledger cannot be reached
 */
export async function noteProgressWith(
  { ledger, ledgerName, redactor, time }: Pick<Runtime, 'ledger' | 'ledgerName' | 'redactor' | 'time'>,
  services: readonly Service[],
  callback: Callback,
  progress: Progress,
): Promise<ToldProgress> {
  const { service: name, id } = checkCallback(callback);
  const service = services.find((one) => one.name === name);
  if (service === undefined) throw new InvalidCallbackError(`this version knows no service "${name}"`);
  const key = entryKey(name, id);
  const until = time.now() + PATIENCE_MS;
  const entry = await ledger.read(key, until);
  if (entry === undefined) throw new InvalidCallbackError(`there is no entry of ${name} ${id} in ${ledgerName}`);
  const { state, run } = entry;
  if (state.kind === 'unreadable') throw new InvalidCallbackError(`${name} ${id}: ${state.why}`);
  if (isOver(entry, time.now())) return 'closed';
  if (state.kind !== 'waiting' || state.awaitsUntil === undefined) return 'not yet';
  const { putOff } = service;
  const told = Object.fromEntries(Object.entries(progress).filter(([, value]) => value !== undefined));
  const heard =
    putOff.by === 'token'
      ? { run, progress: putOff.fitProgress({ ...state.progress, ...told }, redactor.redact) }
      : { run, progress: state.progress, dueAt: nextLook(state, time.now()) };
  // Decided between the two calls: it is over.
  return (await ledger.noteHeard(key, heard, until)) ? 'noted' : 'closed';
}

/** Whether a decision stands, or only waits for the next delivery to be made. */
function isOver({ state }: Entry, now: number): boolean {
  return state.kind === 'decided' || (state.kind === 'waiting' && (state.awaitsUntil ?? now + 1) <= now);
}

/** When a message is to look again: where silence counts, when that would be over. */
function nextLook({ awaitsUntil = 0, silenceMs = Number.POSITIVE_INFINITY }: Waiting, now: number): number {
  return Math.min(awaitsUntil, now + silenceMs);
}
