import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createConnection, systemTime, type TimeSource } from '../../lib/aws/index.ts';
import { ledgerAttributes } from '../../lib/constants.ts';
import { createDynamoDbLedger } from '../../lib/core/ledger/dynamodb-ledger.ts';
import type { Ledger } from '../../lib/core/ledger/ledger.ts';
import { createLocalCloud, type Interceptor } from '../../lib/local/index.ts';

/** A table of the local cloud in which a ledger is kept. */
export interface LedgerTable {
  /** For rows that no ledger writes. */
  readonly client: DynamoDBClient;
  /** What becomes of the next calls, until it is taken out. */
  readonly faults: Interceptor;
  /** A ledger that knows nothing but the table, as that of another process. */
  ledger(tableName?: string, time?: TimeSource): Ledger;
  close(): Promise<void>;
}

/** Starts a local cloud with the table `ledger` in it, under this key. */
export async function startLedgerTable(key: string = ledgerAttributes.key): Promise<LedgerTable> {
  const faults: Interceptor = {};
  const cloud = await createLocalCloud({
    interceptors: [{ before: (call) => faults.before?.(call), after: (call, result) => faults.after?.(call, result) }],
  });
  const { endpoint, region } = cloud;
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'x' };
  const client = new DynamoDBClient({ endpoint, region, credentials });
  await client.send(
    new CreateTableCommand({
      TableName: 'ledger',
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const env = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: endpoint,
  };
  return {
    client,
    faults,
    ledger: (tableName = 'ledger', time = systemTime) =>
      createDynamoDbLedger({ tableName, connection: createConnection({ env }), time }),
    close: () => cloud.stop(),
  };
}
