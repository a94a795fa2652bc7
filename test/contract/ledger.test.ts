import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnection } from '../../lib/aws/index.ts';
import type { Callback } from '../../lib/core/callback.ts';
import { type Decision, failedDecision } from '../../lib/core/decision.ts';
import { createDynamoDbLedger } from '../../lib/core/dynamodb-ledger.ts';
import { LedgerError } from '../../lib/core/errors.ts';
import { type Ledger, ledgerKey } from '../../lib/core/ledger.ts';
import { createMemoryLedger } from '../../lib/core/memory-ledger.ts';
import { systemTime } from '../../lib/core/retry.ts';
import { AwsError, createLocalCloud, type Interceptor, type LocalCloud } from '../../lib/local/index.ts';

let cloud: LocalCloud;
const faults: Interceptor = {};
const env: NodeJS.ProcessEnv = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'x' };

beforeAll(async () => {
  cloud = await createLocalCloud({
    interceptors: [{ before: (call) => faults.before?.(call), after: (call, result) => faults.after?.(call, result) }],
  });
  env.AWS_ENDPOINT_URL = cloud.endpoint;
  const client = new DynamoDBClient({
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'x' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'ledger',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});
afterAll(() => cloud.stop());

const dynamoDb = () =>
  createDynamoDbLedger({ tableName: 'ledger', connection: createConnection({ env }), time: systemTime });
const success: Decision = { kind: 'succeeded', details: { summary: 'done' } };
const failure = failedDecision('no', 'failed');
const soon = () => Date.now() + 5_000;
const newCallback = (): Callback => ({
  service: 'codepipeline',
  id: crypto.randomUUID(),
  region: 'us-east-1',
  data: { jobId: 'x', token: 'secret' },
});
const claim = (owner: string, overrides = {}) => ({
  owner,
  requestId: `request-${owner}`,
  run: 1,
  leaseMs: 60_000,
  ...overrides,
});

describe.each<[string, () => Ledger]>([
  ['the table', dynamoDb],
  ['the memory', () => createMemoryLedger()],
])('the ledger in %s', (_name, createLedger) => {
  it('keeps the callback from the claim on', async () => {
    const ledger = createLedger();
    const callback = newCallback();
    await ledger.open(callback, claim('a'), soon());
    expect(await ledger.read(callback, soon())).toMatchObject({
      callback,
      requestId: 'request-a',
      run: 1,
      released: false,
    });
    expect((await ledger.listOpen(soon())).map((entry) => entry.callback?.id)).toContain(callback.id);
  });

  it('gives a callback to one of fifty that claim it at the same moment', async () => {
    const ledger = createLedger();
    const callback = newCallback();
    const openings = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ledger.open(callback, claim(`owner-${index}`), soon())),
    );
    expect(openings.filter(({ status }) => status === 'claimed')).toHaveLength(1);
    expect(openings.filter(({ status }) => status === 'busy')).toHaveLength(49);
  });

  it('makes one of fifty different decisions, and tells it to all', async () => {
    const ledger = createLedger();
    const callback = newCallback();
    await ledger.open(callback, claim('a'), soon());
    const decisions = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        ledger.decide(callback, failedDecision(`reason ${index}`, 'failed'), soon()),
      ),
    );
    expect(new Set(decisions.map((decision) => JSON.stringify(decision))).size).toBe(1);
    expect((await ledger.read(callback, soon()))?.decision).toEqual(decisions[0]);
  });

  it('decides a callback that nobody claimed', async () => {
    const ledger = createLedger();
    const callback = newCallback();
    expect(await ledger.decide(callback, success, soon())).toEqual(success);
    expect(await ledger.open(callback, claim('a'), soon())).toEqual({ status: 'decided', decision: success });
  });

  it('hands a claim over when its lease has run out, and says that its owner died', async () => {
    const ledger = createLedger();
    const callback = newCallback();
    await ledger.open(callback, claim('a', { leaseMs: -1_000 }), soon());
    expect(await ledger.open(callback, claim('b'), soon())).toEqual({ status: 'claimed', died: true });
    expect(await ledger.open(callback, claim('c'), soon())).toMatchObject({ status: 'busy' });
  });

  it('hands a claim over at once that was given back, without calling its owner dead', async () => {
    const ledger = createLedger();
    const callback = newCallback();
    await ledger.open(callback, claim('a'), soon());
    await ledger.release(callback, claim('b'), soon());
    expect(await ledger.open(callback, claim('c'), soon())).toMatchObject({ status: 'busy' });
    await ledger.release(callback, claim('a'), soon());
    expect(await ledger.open(callback, claim('c'), soon())).toEqual({ status: 'claimed', died: false });
  });

  it('keeps what is put off, until its run is claimed', async () => {
    const ledger = createLedger();
    const callback = newCallback();
    const postponement = { kind: 'postponed', run: 2, dueAt: 1_000, token: 'rb1:{}' } as const;
    await ledger.open(callback, claim('a'), soon());
    expect(await ledger.postpone(callback, claim('a'), postponement, soon())).toBeUndefined();
    expect(await ledger.open(callback, claim('b'), soon())).toMatchObject({
      status: 'postponed',
      token: 'rb1:{}',
      dueAt: 1_000,
    });
    expect(await ledger.open(callback, claim('c', { run: 2 }), soon())).toEqual({ status: 'claimed', died: false });
    expect(await ledger.open(callback, claim('d'), soon())).toEqual({ status: 'superseded' });
  });

  it('puts nothing off that has been decided', async () => {
    const ledger = createLedger();
    const callback = newCallback();
    await ledger.open(callback, claim('a'), soon());
    await ledger.decide(callback, success, soon());
    const postponement = { kind: 'postponed', run: 2, dueAt: 1_000, token: 'rb1:{}' } as const;
    expect(await ledger.postpone(callback, claim('a'), postponement, soon())).toEqual(success);
  });

  it('amends the decision that was refused, and no other', async () => {
    const ledger = createLedger();
    const callback = newCallback();
    await ledger.decide(callback, success, soon());
    expect(await ledger.amend(callback, failure, failedDecision('other', 'failed'), soon())).toEqual(success);
    expect(await ledger.amend(callback, success, failure, soon())).toEqual(failure);
  });

  it('keeps large states', async () => {
    const ledger = createLedger();
    const state = 'ä'.repeat(150_000);
    await ledger.putState('key', state, soon());
    expect(await ledger.getState('key', soon())).toBe(state);
    expect(await ledger.getState('other', soon())).toBeUndefined();
    await ledger.removeState('key', soon());
    await ledger.removeState('other', soon());
    expect(await ledger.getState('key', soon())).toBeUndefined();
  });

  it('finds states by what they say, and entries by their keys, and tells when they were decided', async () => {
    const ledger = createLedger();
    const callback = newCallback();
    const state = `held by ${callback.id}`;
    await ledger.putState('one', state, soon());
    await ledger.putState('two', state, soon());
    await ledger.putState('three', 'free', soon());
    const before = Date.now();
    await ledger.decide(callback, { kind: 'succeeded', details: { summary: state } }, soon());
    const { decidedAt = 0 } = (await ledger.read(callback, soon())) ?? {};
    expect(decidedAt).toBeGreaterThanOrEqual(before - 1_000);
    expect(decidedAt).toBeLessThanOrEqual(Date.now() + 1_000);
    expect([...(await ledger.findStates(state, soon()))].sort()).toEqual(['one', 'two']);
    expect(await ledger.findStates('nothing', soon())).toEqual([]);
    expect(await ledger.readKey(ledgerKey(callback), soon())).toEqual(await ledger.read(callback, soon()));
    expect(await ledger.readKey('nobody#0', soon())).toBeUndefined();
  });
});

describe('the table that fails', () => {
  it('is asked again while it throttles or breaks, and a claim whose answer was lost is still the claim', async () => {
    let calls = 0;
    faults.before = () =>
      ++calls === 1 ? { kind: 'error', error: new AwsError('ThrottlingException', 'slow down') } : undefined;
    faults.after = () => (calls === 2 ? { kind: 'reset' } : undefined);
    try {
      const opening = await dynamoDb().open(newCallback(), claim('a'), soon());
      expect(opening).toEqual({ status: 'claimed', died: false });
      expect(calls).toBe(3);
    } finally {
      delete faults.before;
      delete faults.after;
    }
  });

  it('gives a LedgerError that names table and cause when its time is up, or at once when it is not there', async () => {
    faults.before = () => ({ kind: 'error', error: new AwsError('InternalServerError', 'down', { status: 500 }) });
    try {
      const opening = dynamoDb().open(newCallback(), claim('a'), Date.now() + 300);
      await expect(opening).rejects.toBeInstanceOf(LedgerError);
      await expect(opening).rejects.toThrow(/table ledger could not open an entry: .*InternalServerError/);
    } finally {
      delete faults.before;
    }
    const missing = createDynamoDbLedger({
      tableName: 'nowhere',
      connection: createConnection({ env }),
      time: systemTime,
    });
    await expect(missing.read(newCallback(), soon())).rejects.toThrow(/nowhere.*ResourceNotFoundException/);
  });
});
