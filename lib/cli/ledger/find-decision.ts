import type { Callback } from '../../core/callback.ts';
import { deferralOf } from '../../core/continuation.ts';
import type { Decision } from '../../core/decision.ts';
import type { Ledger, LedgerEntry } from '../../core/ledger.ts';
import { systemTime } from '../../core/retry.ts';
import { UsageError } from '../usage-error.ts';
import { awsProblem } from './aws-problem.ts';
import type { LedgerTable } from './ledger-table.ts';

/** How long the ledger may take to show an entry, in milliseconds. */
const PATIENCE_MS = 5_000;

/**
 * The decision that stands for a callback, undefined where it is open; of a deferred one, what it was completed with.
 *
 * @throws UsageError when the ledger cannot be read, or has no entry for the callback: in another table than the
 *   function's own a decision would bind nobody
 */
export async function findDecision(
  ledger: Ledger,
  callback: Callback,
  table: LedgerTable,
): Promise<Decision | undefined> {
  const entry = await read(ledger, callback, table);
  if (entry === undefined) {
    throw new UsageError(
      `the ledger table ${table.name} has no entry for ${callback.service}:${callback.id}; name the table of the function that has it`,
    );
  }
  const { decision } = entry;
  if (decision?.kind !== 'continued' || decision.deferral === undefined) return decision;
  return (await read(ledger, deferralOf(callback, decision.deferral), table))?.decision;
}

async function read(ledger: Ledger, callback: Callback, table: LedgerTable): Promise<LedgerEntry | undefined> {
  try {
    return await ledger.read(callback, systemTime.now() + PATIENCE_MS);
  } catch (error) {
    throw awsProblem(error, `the ledger table ${table.name} in ${table.connection.region} could not be read`);
  }
}
