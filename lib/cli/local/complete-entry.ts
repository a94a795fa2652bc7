import { createConnection, type TimeSource } from '../../aws/index.ts';
import type { CompleteEntry } from '../../console/api/console-parts.ts';
import { completeWith } from '../../core/complete.ts';
import { createDynamoDbLedger } from '../../core/ledger/dynamodb-ledger.ts';
import { idOfKey } from '../../core/ledger/entry.ts';
import { fail, succeed } from '../../core/outcome.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { services } from '../../services.ts';
import { completionRuntime } from '../ledger/completion-runtime.ts';

const REACHED = {
  reported: 'its service has been told',
  waiting: "it stands in the ledger, and the service's next continuation carries it",
  closed: 'its service had been answered before, or waits no more',
} as const;

/** Creates the way to answer entries of a local cloud's ledgers, as `ringback complete` does. */
export function createCompleteEntry({ endpoint, region, clock }: LocalCloud): CompleteEntry {
  const time: TimeSource = {
    now: () => Math.round(clock.now()),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
  };
  const connection = createConnection({
    region,
    env: { AWS_ENDPOINT_URL: endpoint },
    credentials: async () => ({ accessKeyId: 'AKIALOCALDEVELOPER00', secretAccessKey: 'local' }),
    awaitsCredentials: false,
  });

  return async ({ key, table }, { kind, reason }) => {
    const ledger = createDynamoDbLedger({ tableName: table, connection, time });
    const callback = { service: key.slice(0, key.indexOf('#')), id: idOfKey(key), region };
    const outcome = kind === 'failed' ? fail(reason) : succeed(reason === '' ? {} : { summary: reason });
    const runtime = completionRuntime(ledger, { name: table, connection }, time);
    const { decision, accepted, state } = await completeWith(runtime, services, callback, outcome);
    return `${accepted ? 'decided' : 'somebody else was faster'}: ${decision}; ${REACHED[state]}`;
  };
}
