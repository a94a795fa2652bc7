import { systemTime } from '../../aws/index.ts';
import type { Callback } from '../../core/callback.ts';
import type { Decision } from '../../core/decision.ts';
import { createDynamoDbLedger } from '../../core/ledger/dynamodb-ledger.ts';
import { entryKey } from '../../core/ledger/entry.ts';
import { UsageError } from '../usage-error.ts';
import { awsProblem } from './aws-problem.ts';
import type { LedgerTable } from './ledger-table.ts';
import { mayPass } from './may-pass.ts';

/** How long the ledger may take to show an entry, in milliseconds: as long as it may take to decide. */
const PATIENCE_MS = 30_000;

/**
 * The decision that stands for a callback, undefined where it is open.
 *
 * @throws UsageError when the ledger cannot be read, or has no entry for the callback that can be read: in another table
 *   than the function's own a decision would bind nobody
 */
export async function findDecision(
  { service, id }: Callback,
  { name, connection }: LedgerTable,
): Promise<Decision | undefined> {
  const ledger = createDynamoDbLedger({ tableName: name, connection, time: systemTime, isRetryable: mayPass });
  const entry = await ledger.read(entryKey(service, id), systemTime.now() + PATIENCE_MS).catch((error: unknown) => {
    throw awsProblem(error, `the ledger table ${name} in ${connection.region} could not be read`);
  });
  if (entry === undefined) {
    throw new UsageError(
      `the ledger table ${name} has no entry for ${service}:${id}; name the table of the function that has it`,
    );
  }
  if (entry.state.kind === 'unreadable')
    throw new UsageError(`${service}:${id} cannot be completed: ${entry.state.why}`);
  return entry.state.kind === 'decided' ? entry.state.decision : undefined;
}
