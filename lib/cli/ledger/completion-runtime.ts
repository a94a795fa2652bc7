import { createConnection, type TimeSource } from '../../aws/index.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { Runtime } from '../../core/runtime.ts';
import { createRedactor } from '../../core/secrets/redactor.ts';
import { listenForStrayErrors } from '../../core/stray-errors.ts';
import type { LedgerTable } from './ledger-table.ts';

/** What `completeWith` depends on, where a person calls it. */
export function completionRuntime(ledger: Ledger, { name, connection }: LedgerTable, time: TimeSource): Runtime {
  return {
    connection,
    connect: (region) => (region === connection.region ? connection : createConnection({ region })),
    ledger,
    ledgerName: `the table ${name}`,
    // All that the log would say is in the completion or the error.
    log: { debug() {}, info() {}, warn() {}, error() {} },
    redactor: createRedactor(),
    time,
    onCrash: 'fail',
    lastResort: false,
    uuid: () => crypto.randomUUID(),
    print: () => undefined,
    listenForStrayErrors,
  };
}
