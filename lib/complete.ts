import type { Callback } from './core/callback.ts';
import { type Completion, completeWith } from './core/complete.ts';
import type { Failed, Succeeded } from './core/outcome.ts';
import { environmentRuntime } from './core/runtime.ts';
import { resultApis } from './services.ts';

const provide = environmentRuntime();

/**
 * Answers a callback from any process: the other half of `defer`.
 *
 * The ledger table is named by `RINGBACK_LEDGER_TABLE`; the first decision counts, whoever made it.
 *
 * @param callback - as the task had it, or encoded by `encodeCallback`
 * @throws InvalidCallbackError when the callback cannot be read
 * @throws LedgerError, AnswerNotGivenError when the ledger or the service cannot be reached; try again
 */
export function complete(callback: Callback | string, outcome: Succeeded | Failed): Promise<Completion> {
  return completeWith(provide(), resultApis, callback, outcome);
}
