import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnection, systemTime } from '../../lib/aws/index.ts';
import { ledgerAttributes } from '../../lib/constants.ts';
import { failedEnd, fitted } from '../../lib/core/decision.ts';
import { LedgerError } from '../../lib/core/errors.ts';
import { createDynamoDbLedger } from '../../lib/core/ledger/dynamodb-ledger.ts';
import { type Asked, type Entry, isKnownUnreported } from '../../lib/core/ledger/entry.ts';
import type { Ledger } from '../../lib/core/ledger/ledger.ts';
import { createMemoryLedger } from '../../lib/core/ledger/memory-ledger.ts';
import type { NextRun } from '../../lib/core/ledger/transitions.ts';
import { AwsError, createLocalCloud, type Interceptor, type LocalCloud } from '../../lib/local/index.ts';

let cloud: LocalCloud;
let client: DynamoDBClient;
const faults: Interceptor = {};
const env: NodeJS.ProcessEnv = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'x' };

beforeAll(async () => {
  cloud = await createLocalCloud({
    interceptors: [{ before: (call) => faults.before?.(call), after: (call, result) => faults.after?.(call, result) }],
  });
  env.AWS_ENDPOINT_URL = cloud.endpoint;
  client = new DynamoDBClient({
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
const success = fitted({ kind: 'succeeded', details: { summary: 'done' } });
const failure = fitted(failedEnd('no', 'failed'));
const soon = () => Date.now() + 5_000;
const newDelivery = (overrides: Partial<Asked> = {}): Asked => ({
  key: `codepipeline#${crypto.randomUUID()}`,
  run: 1,
  ticket: { region: 'us-east-1', data: { jobId: 'x', token: 'secret' } },
  ...overrides,
});
const lease = (owner: string, forMs = 60_000) => ({ owner, requestId: `request-${owner}`, until: Date.now() + forMs });
const second = (overrides: Partial<NextRun> = {}): NextRun => ({
  run: 2,
  dueAt: Date.now(),
  progress: { summary: 'half' },
  keepsTicket: false,
  ...overrides,
});
const decisionOf = (entry: Entry | undefined) => (entry?.state.kind === 'decided' ? entry.state.decision : undefined);

describe.each<[string, () => Ledger]>([
  ['the table', dynamoDb],
  ['the memory', () => createMemoryLedger()],
])('the ledger in %s', (_name, createLedger) => {
  it('keeps what is owed from the first delivery on', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    expect(await ledger.take(delivery, lease('a'), soon())).toMatchObject({ kind: 'run', died: false });
    const entry = await ledger.read(delivery.key, soon());
    expect(entry).toMatchObject({
      key: delivery.key,
      region: 'us-east-1',
      ticket: delivery.ticket,
      run: 1,
      requestId: 'request-a',
      state: { kind: 'running', owner: 'a' },
    });
    expect((await ledger.list(soon())).map(({ key }) => key)).toContain(delivery.key);
  });

  it('gives an entry to one of fifty that ask at the same moment', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    const found = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ledger.take(delivery, lease(`owner-${index}`), soon())),
    );
    expect(found.filter(({ kind }) => kind === 'run')).toHaveLength(1);
    expect(found.filter(({ kind }) => kind === 'busy')).toHaveLength(49);
  });

  it('makes one of fifty different decisions, and tells it to all', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    const decided = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        ledger.decide(delivery.key, fitted(failedEnd(`reason ${index}`, 'failed')), { entry: 'must stand' }, soon()),
      ),
    );
    expect(decided.filter((each) => each?.isOwn)).toHaveLength(1);
    expect(new Set(decided.map((each) => JSON.stringify(decisionOf(each?.entry)))).size).toBe(1);
    expect(decisionOf(await ledger.read(delivery.key, soon()))).toEqual(decisionOf(decided[0]?.entry));
  });

  it('decides what nobody took only in the name of a delivery', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    expect(await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon())).toBeUndefined();
    expect(await ledger.read(delivery.key, soon())).toBeUndefined();
    expect(await ledger.decide(delivery.key, failure, { asked: delivery }, soon())).toMatchObject({
      isOwn: true,
      entry: { ticket: delivery.ticket, run: 1 },
    });
    expect(await ledger.take(delivery, lease('a'), soon())).toMatchObject({ kind: 'decided', decision: failure });
  });

  it('decides for an attempt only while its lease is its own', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a', -1), soon());
    await ledger.take(delivery, lease('b'), soon());
    expect(await ledger.decide(delivery.key, success, { owner: 'a' }, soon())).toMatchObject({
      isOwn: false,
      entry: { state: { kind: 'running', owner: 'b' } },
    });
    expect(await ledger.decide(delivery.key, failure, { owner: 'b' }, soon())).toMatchObject({ isOwn: true });
  });

  it('hands an entry over when its lease has run out, and says that its owner died', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a', -1_000), soon());
    expect(await ledger.take(delivery, lease('b'), soon())).toMatchObject({ kind: 'run', died: true });
    expect(await ledger.take(delivery, lease('c'), soon())).toMatchObject({ kind: 'busy' });
  });

  it('hands an entry over at once that was given back, without calling its owner dead', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    await ledger.giveBack(delivery.key, 'b', {}, soon());
    expect(await ledger.take(delivery, lease('c'), soon())).toMatchObject({ kind: 'busy' });
    await ledger.giveBack(delivery.key, 'a', { acknowledged: 'unknown' }, soon());
    expect(await ledger.take(delivery, lease('c'), soon())).toMatchObject({
      kind: 'run',
      died: false,
      entry: { acknowledged: 'unknown' },
    });
  });

  it('keeps when the work and its run began, across leases and runs', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    const { openedAt = 0, takenAt = 0 } = (await ledger.read(delivery.key, soon())) ?? {};
    expect(takenAt).toBe(openedAt);
    await ledger.giveBack(delivery.key, 'a', {}, soon());
    expect(await ledger.take(delivery, lease('b'), soon())).toMatchObject({ entry: { openedAt, takenAt } });
    await ledger.wait(delivery.key, 'b', second(), soon());
    const later = newDelivery({ key: delivery.key, run: 2 });
    expect(await ledger.take(later, lease('c'), soon())).toMatchObject({ kind: 'run', entry: { openedAt, run: 2 } });
  });

  it('waits without a ticket where each run brings a new one, and runs when it is due', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    await ledger.noteAcknowledged(delivery.key, soon());
    const dueAt = Date.now() + 60_000;
    expect(await ledger.wait(delivery.key, 'a', second({ dueAt, left: { n: 1 } }), soon())).toBeUndefined();
    const waiting = await ledger.read(delivery.key, soon());
    expect(waiting).toMatchObject({ run: 2, state: { kind: 'waiting', dueAt, progress: { summary: 'half' } } });
    expect(waiting?.ticket).toBeUndefined();
    expect(waiting?.acknowledged).toBeUndefined();
    // The run that put it off, again; and the next one, too early.
    expect(await ledger.take(delivery, lease('b'), soon())).toMatchObject({ kind: 'wait', waiting: { dueAt } });
    const next = newDelivery({ key: delivery.key, run: 2, ticket: { region: 'us-east-1', data: { jobId: 'y' } } });
    expect(await ledger.take(next, lease('b'), soon())).toMatchObject({ kind: 'wait', waiting: { dueAt } });
  });

  it('notes signs of life of whoever is to answer, and finds them late after their silence', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    const heard = { run: 2, progress: { percentComplete: 40 } };
    expect(await ledger.noteHeard(delivery.key, heard, soon())).toBe(false);
    const waiting = second({ awaitsUntil: Date.now() + 60_000, silenceMs: 400, progress: { summary: 'begun' } });
    await ledger.wait(delivery.key, 'a', waiting, soon());
    expect(await ledger.noteHeard(delivery.key, { ...heard, run: 3 }, soon())).toBe(false);
    expect(await ledger.noteHeard(delivery.key, { ...heard, dueAt: 5 }, soon())).toBe(true);
    expect(await ledger.read(delivery.key, soon())).toMatchObject({
      state: { kind: 'waiting', dueAt: 5, progress: { percentComplete: 40 }, silenceMs: 400 },
    });
    const next = { ...delivery, run: 2 };
    await expect.poll(() => ledger.take(next, lease('b'), soon())).toMatchObject({ kind: 'late', silenceMs: 400 });
    await ledger.decide(delivery.key, failure, { asked: next }, soon());
    expect(await ledger.noteHeard(delivery.key, heard, soon())).toBe(false);
  });

  it('keeps what an answer is left to until that is decided, and forgets it when the logic runs again', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    const api = { service: 'codebuild', targetPrefix: 'CodeBuild', jsonVersion: '1.1' } as const;
    const execution = { id: 'shop:1', stop: { api, operation: 'StopBuild', input: { id: 'shop:1' } } };
    await ledger.wait(delivery.key, 'a', second({ execution }), soon());
    await ledger.take({ ...delivery, run: 2 }, lease('b'), soon());
    await ledger.wait(delivery.key, 'b', second({ run: 3 }), soon());
    expect((await ledger.read(delivery.key, soon()))?.execution).toBeUndefined();
    await ledger.take({ ...delivery, run: 3 }, lease('c'), soon());
    await ledger.wait(delivery.key, 'c', second({ run: 4, awaitsUntil: Date.now() + 60_000, execution }), soon());
    const decided = await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon());
    expect(decided).toMatchObject({ isOwn: true, entry: { execution } });
  });

  it('gives the next run what the last one left, small or large', async () => {
    for (const left of [{ n: 1 }, 'ä'.repeat(150_000), null]) {
      const ledger = createLedger();
      const delivery = newDelivery();
      await ledger.take(delivery, lease('a'), soon());
      await ledger.wait(delivery.key, 'a', second({ left }), soon());
      const found = await ledger.take({ ...delivery, run: 2 }, lease('b'), soon());
      expect(found).toMatchObject({ kind: 'run', died: false, entry: { run: 2, ticket: delivery.ticket } });
      if (found.kind === 'run') expect(await ledger.left(found.entry, soon())).toEqual(left);
      expect(await ledger.take(delivery, lease('c'), soon())).toEqual({ kind: 'superseded' });
    }
  });

  it('waits for somebody else until its time is over', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    const awaitsUntil = Date.now() + 400;
    await ledger.wait(delivery.key, 'a', second({ awaitsUntil, keepsTicket: true }), soon());
    const next = { ...delivery, run: 2 };
    expect(await ledger.take(next, lease('b'), soon())).toMatchObject({
      kind: 'wait',
      entry: { ticket: delivery.ticket },
    });
    await expect
      .poll(() => ledger.take(next, lease('b'), soon()))
      .toMatchObject({ kind: 'late', awaitedUntil: awaitsUntil });
    await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon());
    expect(await ledger.take(next, lease('b'), soon())).toMatchObject({
      kind: 'decided',
      decision: success,
      entry: { state: { awaitedUntil: awaitsUntil } },
    });
  });

  it('gives back without the ticket that is used up, and forgets who acknowledged it', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    await ledger.noteAcknowledged(delivery.key, soon());
    await ledger.giveBack(delivery.key, 'a', { dropsTicket: true }, soon());
    const entry = await ledger.read(delivery.key, soon());
    expect(entry).toMatchObject({ state: { kind: 'given-back' } });
    expect([entry?.ticket, entry?.acknowledged]).toEqual([undefined, undefined]);
  });

  it('leaves nothing of one run to the next but one', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    await ledger.wait(delivery.key, 'a', second({ left: { tries: 1 } }), soon());
    await ledger.take({ ...delivery, run: 2 }, lease('b'), soon());
    await ledger.wait(delivery.key, 'b', second({ run: 3 }), soon());
    const found = await ledger.take({ ...delivery, run: 3 }, lease('c'), soon());
    expect(found.kind === 'run' && (await ledger.left(found.entry, soon()))).toBeUndefined();
  });

  it('lists entries in the order in which they were opened, and knows nothing of what is not there', async () => {
    const ledger = createLedger();
    const keys: string[] = [];
    for (let count = 0; count < 3; count++) {
      const delivery = newDelivery();
      keys.unshift(delivery.key);
      await ledger.take(delivery, lease('a'), soon());
      const before = Date.now();
      await expect.poll(() => Date.now()).toBeGreaterThan(before);
    }
    const absent = newDelivery().key;
    await ledger.noteAcknowledged(absent, soon());
    await ledger.noteReported(absent, true, soon());
    await ledger.giveBack(absent, 'a', {}, soon());
    expect(await ledger.wait(absent, 'a', second(), soon())).toBeUndefined();
    const listed = (await ledger.list(soon())).map(({ key }) => key);
    expect(listed.filter((key) => keys.includes(key))).toEqual(keys.toReversed());
    expect(listed).not.toContain(absent);
  });

  it('puts nothing off that has been decided, or that another attempt has', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    expect(await ledger.wait(delivery.key, 'b', second(), soon())).toMatchObject({ state: { owner: 'a' } });
    await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon());
    expect(decisionOf(await ledger.wait(delivery.key, 'a', second(), soon()))).toEqual(success);
  });

  it('says that a later run is lost whose entry is gone', async () => {
    const ledger = createLedger();
    const delivery = newDelivery({ run: 2 });
    expect(await ledger.take(delivery, lease('a'), soon())).toEqual({ kind: 'lost' });
    await ledger.take({ ...delivery, run: 1 }, lease('a'), soon());
    expect(await ledger.take(delivery, lease('b'), soon())).toEqual({ kind: 'lost' });
  });

  it('amends the decision that was refused, and no other', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.decide(delivery.key, success, { asked: delivery }, soon());
    const other = fitted(failedEnd('other', 'failed'));
    expect(await ledger.amend(delivery.key, failure, other, soon())).toEqual(success);
    expect(await ledger.amend(delivery.key, success, failure, soon())).toEqual(failure);
  });

  it('knows of what nobody was told: without a ticket, or where somebody noted it', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    const isUnreported = async () => isKnownUnreported((await ledger.read(delivery.key, soon())) as Entry);
    await ledger.take(delivery, lease('a'), soon());
    await ledger.wait(delivery.key, 'a', second({ awaitsUntil: Date.now() + 60_000 }), soon());
    expect(await isUnreported()).toBe(false);
    await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon());
    expect(await isUnreported()).toBe(true);
    await ledger.noteReported(delivery.key, true, soon());
    expect(await isUnreported()).toBe(false);
    await ledger.noteReported(delivery.key, false, soon());
    expect(await isUnreported()).toBe(true);
  });
});

describe('the table', () => {
  it.each([
    [
      'another version',
      { version: { N: '7' }, status: { S: 'COMPLETED' }, data: { S: '{"kind":"succeeded"}' } },
      /version 7/,
    ],
    ['no version', { status: { S: 'INPROGRESS' } }, /version \(none\)/],
    [
      'a decision that is none',
      { version: { N: '1' }, status: { S: 'COMPLETED' }, data: { S: '{"kind":"cancelled","details":{}}' } },
      /neither success nor failure/,
    ],
    [
      'a decision that is not JSON',
      { version: { N: '1' }, status: { S: 'COMPLETED' }, data: { S: '{"ki' } },
      /neither success nor failure/,
    ],
    ['an unknown phase', { version: { N: '1' }, status: { S: 'INPROGRESS' }, phase: { S: 'asleep' } }, /"asleep"/],
    ['an unknown status', { version: { N: '1' }, status: { S: 'PAUSED' } }, /"PAUSED"/],
  ])('is not misread where it holds %s: neither run, nor decided again', async (_what, attributes, why) => {
    const delivery = newDelivery();
    const sound = { region: { S: 'us-east-1' }, run: { N: '1' }, opened_at: { N: '1' } };
    const Item = { [ledgerAttributes.key]: { S: delivery.key }, ...sound, ...attributes };
    await client.send(new PutItemCommand({ TableName: 'ledger', Item }));
    const ledger = dynamoDb();
    expect(await ledger.take(delivery, lease('a'), soon())).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(why),
    });
    for (const by of [{ asked: delivery }, { entry: 'must stand' }, { owner: 'a' }] as const) {
      const decided = await ledger.decide(delivery.key, failure, by, soon());
      if (decided?.isOwn) expect(attributes).toMatchObject({ version: { N: '1' } });
    }
  });

  it('forgets an entry whose time to live is over, although it is not deleted yet', async () => {
    const delivery = newDelivery();
    const ledger = dynamoDb();
    await ledger.decide(delivery.key, success, { asked: delivery }, soon());
    const Item = {
      [ledgerAttributes.key]: { S: delivery.key },
      status: { S: 'COMPLETED' },
      version: { N: '1' },
      data: { S: JSON.stringify(success) },
      expiration: { N: '1000' },
    };
    await client.send(new PutItemCommand({ TableName: 'ledger', Item }));
    expect(await ledger.read(delivery.key, soon())).toBeUndefined();
    expect(await ledger.take(delivery, lease('a'), soon())).toMatchObject({ kind: 'run', died: false });
    expect(decisionOf(await ledger.read(delivery.key, soon()))).toBeUndefined();
  });
});

describe('the table that fails', () => {
  it('is asked again while it throttles or breaks, and a lease whose answer was lost is still the lease', async () => {
    let calls = 0;
    faults.before = () =>
      ++calls === 1 ? { kind: 'error', error: new AwsError('ThrottlingException', 'slow down') } : undefined;
    faults.after = () => (calls === 2 ? { kind: 'reset' } : undefined);
    try {
      const found = await dynamoDb().take(newDelivery(), lease('a'), soon());
      expect(found).toMatchObject({ kind: 'run', died: false });
      expect(calls).toBe(3);
    } finally {
      delete faults.before;
      delete faults.after;
    }
  });

  it('makes a decision its own whose answer was lost', async () => {
    const delivery = newDelivery();
    await dynamoDb().take(delivery, lease('a'), soon());
    let calls = 0;
    faults.after = () => (++calls === 1 ? { kind: 'reset' } : undefined);
    try {
      const decided = await dynamoDb().decide(delivery.key, success, { owner: 'a' }, soon());
      expect(decided).toMatchObject({ isOwn: true });
      expect(calls).toBe(2);
    } finally {
      delete faults.after;
    }
  });

  it('gives a LedgerError that names table and cause when its time is up, or at once when it is not there', async () => {
    faults.before = () => ({ kind: 'error', error: new AwsError('InternalServerError', 'down', { status: 500 }) });
    try {
      const taking = dynamoDb().take(newDelivery(), lease('a'), Date.now() + 300);
      await expect(taking).rejects.toBeInstanceOf(LedgerError);
      await expect(taking).rejects.toThrow(/table ledger could not take an entry: .*InternalServerError/);
    } finally {
      delete faults.before;
    }
    const missing = createDynamoDbLedger({
      tableName: 'nowhere',
      connection: createConnection({ env }),
      time: systemTime,
    });
    await expect(missing.read('codepipeline#1', soon())).rejects.toThrow(/nowhere.*ResourceNotFoundException/);
  });
});
