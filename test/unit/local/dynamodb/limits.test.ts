import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoCloud, type DynamoCloud } from './dynamo-cloud.ts';

let parts: DynamoCloud;
beforeAll(async () => {
  parts = await createDynamoCloud();
});
afterAll(() => parts.close());

const put = (Item: Record<string, AttributeValue>, TableName = 'Things') =>
  parts.dynamo.send(new PutItemCommand({ TableName, Item }));

describe('the size of an item', () => {
  // The names `id` and `text` are 6 bytes, the key is 1.
  const room = 409_600 - 7;

  it.each([
    ['ASCII', 'x', 1],
    ['Japanese', '漢', 3],
    ['an emoji', '😀', 4],
  ])('is counted in UTF-8 bytes, names included: %s', async (_, character, bytes) => {
    const most = Math.floor(room / bytes);
    await put({ id: { S: '1' }, text: { S: character.repeat(most) } });
    const tooMuch = put({ id: { S: '1' }, text: { S: character.repeat(most + 1) } });
    await expect(tooMuch).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Item size has exceeded the maximum allowed size',
    });
  });

  it('is refused in an update too, which changes nothing', async () => {
    await put({ id: { S: 'grows' }, a: { S: 'x'.repeat(300_000) } });
    const growth = new UpdateItemCommand({
      TableName: 'Things',
      Key: { id: { S: 'grows' } },
      UpdateExpression: 'SET b = :b',
      ExpressionAttributeValues: { ':b': { S: 'x'.repeat(200_000) } },
    });
    await expect(parts.dynamo.send(growth)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Item size to update has exceeded the maximum allowed size',
    });
  });
});

describe('values', () => {
  it.each<readonly [string, AttributeValue, string]>([
    ['an empty set', { SS: [] }, 'One or more parameter values were invalid: An string set  may not be empty'],
    [
      'a set with a repetition',
      { NS: ['1', '1.0'] },
      'One or more parameter values were invalid: Input collection [1, 1] contains duplicates.',
    ],
    ['a text for a number', { N: 'ten' }, 'The parameter cannot be converted to a numeric value: ten'],
    ['39 digits', { N: '1'.repeat(39) }, 'Attempting to store more than 38 significant digits in a Number'],
    [
      'a number too great',
      { N: '1e126' },
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    ],
    [
      'NULL false',
      { NULL: false } as never,
      'One or more parameter values were invalid: Null attribute value types must have the value of true',
    ],
  ])('%s is refused', async (_, value, message) => {
    await expect(put({ id: { S: '1' }, value })).rejects.toMatchObject({ name: 'ValidationException', message });
  });

  it.each<readonly [string, Record<string, AttributeValue>, string]>([
    ['absent', { other: { S: '1' } }, 'One or more parameter values were invalid: Missing the key id in the item'],
    [
      'of another type',
      { id: { N: '1' } },
      'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
    ],
    [
      'empty',
      { id: { S: '' } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    ],
  ])('a key that is %s is refused', async (_, item, message) => {
    await expect(put(item)).rejects.toMatchObject({ name: 'ValidationException', message });
  });
});

describe('pages', () => {
  const query = (more: object) =>
    parts.dynamo.send(
      new QueryCommand({
        TableName: 'Events',
        KeyConditionExpression: 'topic = :t',
        ExpressionAttributeValues: { ':t': { S: 'paged' } },
        ...more,
      }),
    );

  it('go on where the last one ended, in the order of numbers, in both directions', async () => {
    const times = [-3, -0.5, 0, 2, 10, 100];
    for (const at of times) await put({ topic: { S: 'paged' }, at: { N: String(at) }, owner: { S: 'me' } }, 'Events');
    for (const ScanIndexForward of [true, false]) {
      const seen: number[] = [];
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await query({ Limit: 4, ScanIndexForward, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) });
        seen.push(...(page.Items ?? []).map(({ at }) => Number(at?.N)));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      expect(seen).toEqual(ScanIndexForward ? times : [...times].reverse());
    }
  });

  it('hold a megabyte at most, filtered items included', async () => {
    const text = { S: 'x'.repeat(300_000) };
    for (let at = 0; at < 5; at++) await put({ topic: { S: 'big' }, at: { N: String(at) }, text }, 'Events');
    const page = await query({
      ExpressionAttributeValues: { ':t': { S: 'big' }, ':n': { S: 'nothing' } },
      FilterExpression: '#t = :n',
      ExpressionAttributeNames: { '#t': 'text' },
    });
    expect(page).toMatchObject({ Count: 0, ScannedCount: 4, LastEvaluatedKey: { at: { N: '3' } } });
  });

  it('of a scan hold every item once, in whatever segments', async () => {
    const RequestItems = {
      Things: Array.from({ length: 25 }, (_, n) => ({ PutRequest: { Item: { id: { S: `scanned-${n}` } } } })),
    };
    await parts.dynamo.send(new BatchWriteItemCommand({ RequestItems }));
    const ids: (string | undefined)[] = [];
    for (let Segment = 0; Segment < 3; Segment++) {
      let start = {};
      for (;;) {
        const page = await parts.dynamo.send(
          new ScanCommand({ TableName: 'Things', Limit: 2, Segment, TotalSegments: 3, ...start }),
        );
        ids.push(...(page.Items ?? []).map(({ id }) => id?.S));
        if (page.LastEvaluatedKey === undefined) break;
        start = { ExclusiveStartKey: page.LastEvaluatedKey };
      }
    }
    const scanned = ids.filter((id) => id?.startsWith('scanned-'));
    expect(new Set(scanned).size).toBe(25);
    expect(scanned).toHaveLength(25);
  });
});

describe('indexes', () => {
  it('give what they hold, and refuse what they do not', async () => {
    await put({ topic: { S: 'indexed' }, at: { N: '1' }, owner: { S: 'ann' }, text: { S: 'hidden' } }, 'Events');
    const query = {
      TableName: 'Events',
      IndexName: 'byOwner',
      KeyConditionExpression: '#o = :o',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': { S: 'ann' } },
    };
    const { Items } = await parts.dynamo.send(new QueryCommand(query));
    expect(Items).toEqual([{ topic: { S: 'indexed' }, at: { N: '1' }, owner: { S: 'ann' } }]);
    const consistent = parts.dynamo.send(new QueryCommand({ ...query, ConsistentRead: true }));
    await expect(consistent).rejects.toThrow('Consistent reads are not supported on global secondary indexes');
    const all = parts.dynamo.send(new QueryCommand({ ...query, Select: 'ALL_ATTRIBUTES' }));
    await expect(all).rejects.toThrow('because its projection type is not ALL');
    const wrong = put({ topic: { S: 'indexed' }, at: { N: '2' }, owner: { N: '7' } }, 'Events');
    await expect(wrong).rejects.toThrow('Type mismatch for Index Key owner Expected: S Actual: N IndexName: by');
  });

  it('can be added to a table with items, and taken away', async () => {
    const Create = {
      IndexName: 'byKind',
      KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' as const }],
      Projection: { ProjectionType: 'ALL' as const },
    };
    await put({ id: { S: 'of a kind' }, kind: { S: 'rare' } });
    await parts.dynamo.send(
      new UpdateTableCommand({
        TableName: 'Things',
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'kind', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexUpdates: [{ Create }],
      }),
    );
    const query = new QueryCommand({
      TableName: 'Things',
      IndexName: 'byKind',
      KeyConditionExpression: 'kind = :k',
      ExpressionAttributeValues: { ':k': { S: 'rare' } },
    });
    expect((await parts.dynamo.send(query)).Count).toBe(1);
    const Delete = { IndexName: 'byKind' };
    await parts.dynamo.send(new UpdateTableCommand({ TableName: 'Things', GlobalSecondaryIndexUpdates: [{ Delete }] }));
    await expect(parts.dynamo.send(query)).rejects.toThrow('The table does not have the specified index: byKind');
    const { Table } = await parts.dynamo.send(new DescribeTableCommand({ TableName: 'Things' }));
    expect(Table?.GlobalSecondaryIndexes).toBeUndefined();
  });

  it.each([
    ['provisioned capacity without any', { BillingMode: 'PROVISIONED' }, 'must both be specified'],
    [
      'capacity where none is billed',
      { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      'Neither ReadCapacityUnits nor WriteCapacityUnits',
    ],
  ] as const)('are not changed to %s', async (_what, change, problem) => {
    const update = parts.dynamo.send(new UpdateTableCommand({ TableName: 'Things', ...change }));
    await expect(update).rejects.toThrow(problem);
  });

  it('refuse a key that nothing defines', async () => {
    const table = parts.dynamo.send(
      new CreateTableCommand({
        TableName: 'Undefined',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
      }),
    );
    await expect(table).rejects.toThrow(
      'Some index key attributes are not defined in AttributeDefinitions. Keys: [id]',
    );
  });
});

describe('numbers', () => {
  it('keep 38 digits exactly in sums', async () => {
    const number = fc
      .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 7 }))
      .map(([digits, places]) => ({ digits, places, text: decimal(digits, places) }));
    await fc.assert(
      fc.asyncProperty(number, number, async (left, right) => {
        await put({ id: { S: 'sum' }, n: { N: left.text } });
        const { Attributes } = await parts.dynamo.send(
          new UpdateItemCommand({
            TableName: 'Things',
            Key: { id: { S: 'sum' } },
            UpdateExpression: 'SET n = n + :r',
            ExpressionAttributeValues: { ':r': { N: right.text } },
            ReturnValues: 'ALL_NEW',
          }),
        );
        const scaled = (n: typeof left) => n.digits * 10n ** BigInt(7 - n.places);
        expect(toScaled(Attributes?.n?.N ?? '')).toBe(scaled(left) + scaled(right));
      }),
      { numRuns: 50 },
    );
  });

  function decimal(digits: bigint, places: number): string {
    return `${digits}e-${places}`;
  }

  function toScaled(text: string): bigint {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.');
    const value = BigInt(whole + fraction.padEnd(7, '0'));
    return text.startsWith('-') ? -value : value;
  }
});
