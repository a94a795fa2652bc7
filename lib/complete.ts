import { type Callback, readCallback } from './core/callback.ts';
import { type Completion, completeWith } from './core/complete.ts';
import type { Failed, Succeeded } from './core/outcome.ts';
import { environmentRuntime } from './core/runtime.ts';
import { services } from './services.ts';

const provide = environmentRuntime();

/**
 * Answers a callback from any process: the other half of `defer`.
 *
 * The ledger table is named by `RINGBACK_LEDGER_TABLE`; without it only callbacks that this very process gave out are
 * known, as in a test. The first decision counts, whoever made it.
 *
 * @param callback - as the task had it, or encoded by `encodeCallback`
 * @throws InvalidCallbackError when the callback cannot be read, or the ledger has no entry of it
 * @throws LedgerError, AnswerNotGivenError when the ledger or the service cannot be reached; try again
 */
export async function complete(callback: Callback | string, outcome: Succeeded | Failed): Promise<Completion> {
  // First, since what is wrong with it is nearer than a region that nobody named.
  const read = readCallback(callback);
  return completeWith(provide(), services, read, outcome);
}
