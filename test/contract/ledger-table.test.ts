import { DeleteItemCommand, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemTime } from '../../lib/aws/index.ts';
import { ledgerAttributes } from '../../lib/constants.ts';
import { LedgerError } from '../../lib/core/errors.ts';
import { LEDGER_RETENTION_SECONDS } from '../../lib/lifetimes.ts';
import { AwsError } from '../../lib/local/index.ts';
import { type LedgerTable, startLedgerTable } from './ledger-table.ts';
import { decisionOf, failure, lease, newDelivery, second, soon, success } from './ledger-values.ts';

let table: LedgerTable;
beforeAll(async () => {
  table = await startLedgerTable();
});
afterAll(() => table?.close());

describe('the table of a ledger', () => {
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
      'a decision whose details are a list',
      { version: { N: '1' }, status: { S: 'COMPLETED' }, data: { S: '{"kind":"succeeded","details":[]}' } },
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
    await table.client.send(new PutItemCommand({ TableName: 'ledger', Item }));
    const ledger = table.ledger();
    expect(await ledger.take(delivery, lease('a'), soon())).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(why),
    });
    for (const by of [{ asked: delivery }, { entry: 'must stand' }, { owner: 'a' }] as const) {
      const decided = await ledger.decide(delivery.key, failure, by, soon());
      if (decided?.isOwn) expect(attributes).toMatchObject({ version: { N: '1' } });
    }
  });

  it.each([
    [4_000, 'value'],
    [4_001, 'row'],
  ])('keeps a state of %i bytes of JSON where its entry has a %s', async (bytes, place) => {
    const delivery = newDelivery();
    const ledger = table.ledger();
    const left = 'x'.repeat(bytes - 2);
    await ledger.take(delivery, lease('a'), soon());
    await ledger.wait(delivery.key, 'a', second({ left }), soon());
    const entry = await ledger.read(delivery.key, soon());
    expect(Object.keys(entry?.left ?? {})).toEqual([place]);
    expect(entry && (await ledger.left(entry, soon()))).toBe(left);
  });

  it('is kept for its time from the last change on, and leaves nothing to an entry that takes its place', async () => {
    const delivery = newDelivery();
    const Key = { [ledgerAttributes.key]: { S: delivery.key } };
    const row = async () => (await table.client.send(new GetItemCommand({ TableName: 'ledger', Key }))).Item ?? {};
    const ledger = table.ledger();
    await ledger.take(delivery, lease('a'), soon());
    const api = { service: 'codebuild', targetPrefix: 'CodeBuild', jsonVersion: '1.1' } as const;
    const execution = { id: 'shop:1', stop: { api, operation: 'StopBuild', input: { id: 'shop:1' } } };
    const next = second({ awaitsUntil: soon(), silenceMs: 60_000, left: { n: 1 }, execution });
    await ledger.wait(delivery.key, 'a', next, soon());
    const { expiration, ...waiting } = await row();
    expect(Math.abs(Number(expiration?.N) - Date.now() / 1000 - LEDGER_RETENTION_SECONDS)).toBeLessThan(60);

    const Item = { ...Key, ...waiting, data: { S: JSON.stringify(success) }, expiration: { N: '1000' } };
    await table.client.send(new PutItemCommand({ TableName: 'ledger', Item }));
    await ledger.take(delivery, lease('b'), soon());
    const gone = ['dueAt', 'awaitsUntil', 'silenceMs', 'heardAt', 'progress', 'data', 'execution', 'state'] as const;
    const names = gone.map((name) => ledgerAttributes[name]);
    expect(Object.keys(Item)).toEqual(expect.arrayContaining(names));
    expect(Object.keys(await row()).filter((name) => names.some((one) => one === name))).toEqual([]);
  });

  it('begins no run that cannot read what the last one left, and says so where the row of it is gone', async () => {
    const [damaged, gone] = [newDelivery(), newDelivery()];
    const ledger = table.ledger();
    for (const [delivery, left] of [
      [damaged, { n: 1 }],
      [gone, 'x'.repeat(5_000)],
    ] as const) {
      await ledger.take(delivery, lease('a'), soon());
      await ledger.wait(delivery.key, 'a', second({ left }), soon());
    }
    const keyOf = (id: string) => ({ [ledgerAttributes.key]: { S: id } });
    await table.client.send(
      new UpdateItemCommand({
        TableName: 'ledger',
        Key: keyOf(damaged.key),
        UpdateExpression: 'SET #state = :damaged',
        ExpressionAttributeNames: { '#state': ledgerAttributes.state },
        ExpressionAttributeValues: { ':damaged': { S: '{"n":' } },
      }),
    );
    expect(await ledger.take({ ...damaged, run: 2 }, lease('b'), soon())).toMatchObject({ kind: 'unreadable' });

    const entry = await ledger.read(gone.key, soon());
    const halved = { ...keyOf(`${gone.key}#state#2`), [ledgerAttributes.state]: { S: '"xxx' } };
    await table.client.send(new PutItemCommand({ TableName: 'ledger', Item: halved }));
    await expect(entry && ledger.left(entry, soon())).rejects.toThrow(/ is damaged: the row .*#state#2$/);
    await table.client.send(new DeleteItemCommand({ TableName: 'ledger', Key: keyOf(`${gone.key}#state#2`) }));
    await expect(entry && ledger.left(entry, soon())).rejects.toThrow(`the row ${gone.key}#state#2`);
  });

  it('takes a decision of the same moment for its own where it says the same', async () => {
    const now = Date.now();
    const ledger = table.ledger('ledger', { ...systemTime, now: () => now });
    for (const [second, isOwn] of [
      [success, true],
      [failure, false],
    ] as const) {
      const delivery = newDelivery();
      await ledger.take(delivery, lease('a'), soon());
      await ledger.decide(delivery.key, success, { owner: 'a' }, soon());
      expect(await ledger.decide(delivery.key, second, { entry: 'must stand' }, soon())).toMatchObject({ isOwn });
    }
  });

  it('lists what can be read, by the moment at which it was opened', async () => {
    const rows = [30, 10, 20].map((openedAt) => ({ openedAt, key: newDelivery().key }));
    const put = (key: string, attributes: object) =>
      table.client.send(
        new PutItemCommand({
          TableName: 'ledger',
          Item: { [ledgerAttributes.key]: { S: key }, status: { S: 'INPROGRESS' }, ...attributes },
        }),
      );
    const common = { version: { N: '1' }, phase: { S: 'running' }, region: { S: 'us-east-1' }, run: { N: '1' } };
    const inProgress = { owner: { S: 'a' }, request_id: { S: 'r' }, in_progress_expiration: { N: `${soon()}` } };
    for (const { key, openedAt } of rows) {
      await put(key, { ...common, ...inProgress, [ledgerAttributes.openedAt]: { N: `${openedAt}` } });
    }
    const over = newDelivery().key;
    await put(over, { ...common, expiration: { N: '1000' } });
    const listed = (await table.ledger().list(5_000)).map(({ key }) => key);
    expect(listed.filter((key) => rows.some((row) => row.key === key))).toEqual([
      rows[1]?.key,
      rows[2]?.key,
      rows[0]?.key,
    ]);
    expect(listed).not.toContain(over);
  });

  it('lists an entry that lost its status as one that cannot be read, and takes no other table for a ledger', async () => {
    const { key } = newDelivery();
    await table.client.send(new PutItemCommand({ TableName: 'ledger', Item: { [ledgerAttributes.key]: { S: key } } }));
    const listed = await table.ledger().list(5_000);
    expect(listed.find((entry) => entry.key === key)?.state).toMatchObject({ kind: 'unreadable' });
    const other = await startLedgerTable('name');
    await other.client.send(new PutItemCommand({ TableName: 'ledger', Item: { name: { S: 'Ada' } } }));
    const reading = other.ledger().list(5_000);
    await expect(reading).rejects.toThrow('the table ledger is not a ledger: it has items without the text id');
    await expect(reading).rejects.toThrow(LedgerError);
    await other.close();
  });

  it('forgets an entry whose time to live is over, although it is not deleted yet', async () => {
    const delivery = newDelivery();
    const ledger = table.ledger();
    await ledger.decide(delivery.key, success, { asked: delivery }, soon());
    const Item = {
      [ledgerAttributes.key]: { S: delivery.key },
      status: { S: 'COMPLETED' },
      version: { N: '1' },
      data: { S: JSON.stringify(success) },
      expiration: { N: '1000' },
    };
    await table.client.send(new PutItemCommand({ TableName: 'ledger', Item }));
    expect(await ledger.read(delivery.key, soon())).toBeUndefined();
    expect(await ledger.take(delivery, lease('a'), soon())).toMatchObject({ kind: 'run', died: false });
    expect(decisionOf(await ledger.read(delivery.key, soon()))).toBeUndefined();
  });
});

describe('the table of a ledger that fails', () => {
  it('is asked again while it throttles or breaks, and a lease whose answer was lost is still the lease', async () => {
    let calls = 0;
    table.faults.before = () =>
      ++calls === 1 ? { kind: 'error', error: new AwsError('ThrottlingException', 'slow down') } : undefined;
    table.faults.after = () => (calls === 2 ? { kind: 'reset' } : undefined);
    try {
      const found = await table.ledger().take(newDelivery(), lease('a'), soon());
      expect(found).toMatchObject({ kind: 'run', died: false });
      expect(calls).toBe(3);
    } finally {
      delete table.faults.before;
      delete table.faults.after;
    }
  });

  it('makes a decision its own whose answer was lost', async () => {
    const delivery = newDelivery();
    await table.ledger().take(delivery, lease('a'), soon());
    let calls = 0;
    table.faults.after = () => (++calls === 1 ? { kind: 'reset' } : undefined);
    try {
      const decided = await table.ledger().decide(delivery.key, success, { owner: 'a' }, soon());
      expect(decided).toMatchObject({ isOwn: true });
      expect(calls).toBe(2);
    } finally {
      delete table.faults.after;
    }
  });

  it('gives a LedgerError that names table and cause when its time is up, or at once when it is not there', async () => {
    table.faults.before = () => ({
      kind: 'error',
      error: new AwsError('InternalServerError', 'down', { status: 500 }),
    });
    try {
      const taking = table.ledger().take(newDelivery(), lease('a'), Date.now() + 300);
      await expect(taking).rejects.toBeInstanceOf(LedgerError);
      await expect(taking).rejects.toThrow(/table ledger could not take an entry: .*InternalServerError/);
      await expect(taking).rejects.toHaveProperty('cause.code', 'InternalServerError');
    } finally {
      delete table.faults.before;
    }
    const missing = table.ledger('nowhere');
    await expect(missing.read('codepipeline#1', soon())).rejects.toThrow(/nowhere.*ResourceNotFoundException/);
  });

  it('waits where the answer to that was lost, and does so once', async () => {
    const ledger = table.ledger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    let calls = 0;
    table.faults.after = () => (++calls === 1 ? { kind: 'reset' } : undefined);
    try {
      expect(await ledger.wait(delivery.key, 'a', second({ left: { n: 1 } }), soon())).toBeUndefined();
    } finally {
      delete table.faults.after;
    }
    expect(calls).toBe(2);
    expect(await ledger.read(delivery.key, soon())).toMatchObject({ run: 2, state: { kind: 'waiting' } });
  });
});
