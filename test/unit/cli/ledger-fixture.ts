import { callJson, createConnection, systemTime } from '../../../lib/aws/index.ts';
import { ledgerAttributes } from '../../../lib/constants.ts';
import type { Callback } from '../../../lib/core/callback.ts';
import { fitted } from '../../../lib/core/decision.ts';
import { createDynamoDbLedger } from '../../../lib/core/ledger/dynamodb-ledger.ts';
import { type Asked, entryKey, type Lease, type Ticket } from '../../../lib/core/ledger/entry.ts';
import type { Ledger } from '../../../lib/core/ledger/ledger.ts';
import type { NextRun } from '../../../lib/core/ledger/transitions.ts';
import { createLocalCloud, type LocalCloud } from '../../../lib/local/cloud.ts';
import type { LocalCloudOptions } from '../../../lib/local/cloud-options.ts';
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
export async function createLedgerFixture(options: LocalCloudOptions = {}): Promise<LedgerFixture> {
  const cloud = await createLocalCloud(options);
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

/** The callback of a pipeline job; its id need not look like a job's. */
export function jobCallback(id: string): Callback {
  return { service: 'codepipeline', id, region: 'us-east-1' };
}

/** The key of a pipeline job's entry. */
export function jobKey(id: string): string {
  return entryKey('codepipeline', id);
}

/** The ticket of a job that CodePipeline has forgotten, so that a report to it ends `closed`. */
const forgotten: Ticket = { region: 'us-east-1', data: { jobId: '0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f' } };

/** What a delivery of a pipeline job asks for. */
export function asked(id: string, run = 1): Asked {
  return { key: jobKey(id), ticket: forgotten, run };
}

/** A lease that lives for another hour. */
export function lease(overrides: Partial<Lease> = {}): Lease {
  return { owner: crypto.randomUUID(), requestId: 'request-1', until: Date.now() + 3_600_000, ...overrides };
}

/** An entry that an invocation works on. @returns the owner of its lease */
export async function take(ledger: Ledger, id: string, overrides: Partial<Lease> = {}, run = 1): Promise<string> {
  const taking = lease(overrides);
  await ledger.take(asked(id, run), taking, soon());
  return taking.owner;
}

/** An entry that waits for its second run, or for somebody to complete it. */
export async function takeAndWait(ledger: Ledger, id: string, next: Partial<NextRun> = {}): Promise<void> {
  const owner = await take(ledger, id);
  const waiting = { run: 2, dueAt: Date.now(), keepsTicket: false, progress: {}, ...next };
  await ledger.wait(jobKey(id), owner, waiting, soon());
}

/** A decision that is fitted already. */
export const succeeded = fitted({ kind: 'succeeded', details: {} });

/** Patience for one ledger call, as a moment in milliseconds since the epoch. */
export function soon(): number {
  return Date.now() + 5_000;
}
