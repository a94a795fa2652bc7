import { createConnection } from '../../../lib/aws/index.ts';
import { callJson } from '../../../lib/aws/json-call.ts';
import { ledgerAttributes } from '../../../lib/constants.ts';
import type { Callback } from '../../../lib/core/callback.ts';
import { createDynamoDbLedger } from '../../../lib/core/dynamodb-ledger.ts';
import type { Claim, Ledger } from '../../../lib/core/ledger.ts';
import { systemTime } from '../../../lib/core/retry.ts';
import { createLocalCloud, type LocalCloud } from '../../../lib/local/cloud.ts';
import { type CliRun, runCli } from './run-cli.ts';

const API = { service: 'dynamodb', targetPrefix: 'DynamoDB_20120810', jsonVersion: '1.0' } as const;

/** A ledger table in a local cloud, and the command pointed at it. */
export interface LedgerFixture {
  readonly cloud: LocalCloud;
  readonly ledger: Ledger;
  readonly tableName: string;
  /** Calls DynamoDB itself. */
  call(operation: string, input: object): Promise<unknown>;
  run(args: readonly string[], options?: { stdin?: string; env?: Record<string, string> }): Promise<CliRun>;
  close(): Promise<void>;
}

/** Starts a cloud with one ledger, named as CloudFormation would name the ledger of stack `Shop`. */
export async function createLedgerFixture(): Promise<LedgerFixture> {
  const cloud = await createLocalCloud();
  const env = {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
    AWS_SECRET_ACCESS_KEY: 'example',
  };
  const connection = createConnection({ env });
  const tableName = 'Shop-RingbackLedger0A1B2C3D-1ABCDEFGH2IJK';
  const call = (operation: string, input: object) => callJson(connection, API, operation, input);
  await createTable(call, tableName);
  return {
    cloud,
    tableName,
    ledger: createDynamoDbLedger({ tableName, connection, time: systemTime }),
    call,
    run: (args, options = {}) =>
      runCli(args, { ...options, env: { ...env, RINGBACK_LEDGER_TABLE: tableName, ...options.env } }),
    close: () => cloud.stop(),
  };
}

/** Creates a table with the ledger's key. */
export async function createTable(call: LedgerFixture['call'], name: string): Promise<void> {
  const { key } = ledgerAttributes;
  await call('CreateTable', {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
  });
}

/** A callback of a pipeline job that CodePipeline has forgotten; its id need not look like a job's. */
export function jobCallback(id: string): Callback {
  const jobId = '0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f';
  return { service: 'codepipeline', id, region: 'us-east-1', data: { jobId } };
}

/** A claim that lives for another 30 s. */
export function claim(overrides: Partial<Claim> = {}): Claim {
  return { owner: crypto.randomUUID(), requestId: 'request-1', run: 1, leaseMs: 30_000, ...overrides };
}

/** Patience for one ledger call, as a moment in milliseconds since the epoch. */
export function soon(): number {
  return Date.now() + 5_000;
}
