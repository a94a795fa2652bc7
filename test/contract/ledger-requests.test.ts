import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { defer, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemTime } from '../../lib/aws/index.ts';
import { pipelineJobWith } from '../../lib/codepipeline/pipeline-job.ts';
import { createTestRuntime, type TestRuntime } from '../unit/test-runtime.ts';
import { type LedgerTable, startLedgerTable } from './ledger-table.ts';

let table: LedgerTable;
let runtime: TestRuntime;
const asked: string[] = [];
beforeAll(async () => {
  table = await startLedgerTable();
});
afterAll(() => table?.close());
beforeEach(async () => {
  runtime = await createTestRuntime({ ledger: table.ledger() });
  Object.assign(runtime, { time: systemTime });
  table.faults.before = ({ operation }) => void asked.push(operation);
});
afterEach(async () => {
  delete table.faults.before;
  await runtime.close();
});

/** What the table is asked for while a job is answered. */
async function requestsOf(logic: () => unknown, continuationToken?: string): Promise<readonly string[]> {
  asked.length = 0;
  const event = pipelineJobEvent(continuationToken === undefined ? {} : { continuationToken });
  await pipelineJobWith(() => runtime, logic as () => undefined)(event, lambdaContext());
  return [...asked];
}

it('a job is answered with two requests to the table', async () => {
  expect(await requestsOf(() => succeed())).toEqual(['UpdateItem', 'UpdateItem']);
});

it('a deferral is one row of the table, and each of its polls one request', async () => {
  const rows = async () => (await table.client.send(new ScanCommand({ TableName: 'ledger' }))).Count ?? 0;
  const before = await rows();
  expect(await requestsOf(() => defer({ within: { hours: 24 } }))).toEqual(['UpdateItem', 'UpdateItem']);
  for (let poll = 0; poll < 5; poll++) {
    const token = runtime.service.answers.at(-1)?.input.continuationToken as string;
    expect(await requestsOf(() => succeed(), token)).toEqual(['UpdateItem']);
  }
  expect(await rows()).toBe(before + 1);
});
