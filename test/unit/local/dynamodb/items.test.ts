import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDb } from '../../../../lib/local/dynamodb/create-dynamodb.ts';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { createTestCloud, type TestCloud } from '../s3/test-cloud.ts';

let real = 1_800_000_000_000;
const TableName = 'Ledger';
const ARN = 'arn:aws:dynamodb:eu-central-1:123456789012:table/Ledger';
let cloud: TestCloud;
let dynamo: DynamoDBClient;

beforeAll(async () => {
  cloud = await createTestCloud(createDynamoDb, createClock({ realNow: () => real }));
  dynamo = new DynamoDBClient({ ...cloud.root, maxAttempts: 1 });
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'status', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byStatus',
          KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
});
afterAll(() => cloud.close());

const get = async (id: string) => (await dynamo.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item;

describe('conditional writes', () => {
  it('give one winner and 49 failures that carry the item, when 50 put at once', async () => {
    const puts = Array.from({ length: 50 }, (_, n) =>
      dynamo.send(
        new PutItemCommand({
          TableName,
          Item: { id: { S: 'race' }, owner: { N: String(n) } },
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    const results = await Promise.allSettled(puts);
    const winners = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
    expect(winners).toHaveLength(1);
    const losers = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(losers).toHaveLength(49);
    for (const error of losers) {
      expect(error).toBeInstanceOf(ConditionalCheckFailedException);
      expect(error.Item).toEqual({ id: { S: 'race' }, owner: { N: String(winners[0]) } });
    }
  });

  it('carry the item on update and delete, and only when it was asked for', async () => {
    const Key = { id: { S: 'kept' } };
    const Item = { ...Key, value: { N: '1' } };
    await dynamo.send(new PutItemCommand({ TableName, Item }));
    const condition = {
      TableName,
      Key,
      ConditionExpression: '#v = :two',
      ExpressionAttributeNames: { '#v': 'value' },
    };
    const values = { ':two': { N: '2' } };
    const asked = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
    const update = { ...condition, UpdateExpression: 'SET #v = :two', ExpressionAttributeValues: values };
    await expect(dynamo.send(new UpdateItemCommand({ ...update, ...asked }))).rejects.toMatchObject({ Item });
    const remove = { ...condition, ExpressionAttributeValues: values };
    await expect(dynamo.send(new DeleteItemCommand({ ...remove, ...asked }))).rejects.toMatchObject({ Item });
    const silent = dynamo.send(new DeleteItemCommand(remove));
    await expect(silent).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    await expect(silent).rejects.not.toHaveProperty('Item', Item);
    const nobody = { ...update, ...asked, Key: { id: { S: 'absent' } } };
    const failure = await dynamo.send(new UpdateItemCommand(nobody)).catch((error) => error);
    expect(failure).toBeInstanceOf(ConditionalCheckFailedException);
    expect(failure.Item).toBeUndefined();
  });
});

describe('tables', () => {
  it('are active at once, on the simulated account and clock', async () => {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', TableArn: ARN });
    expect(Table?.CreationDateTime?.getTime()).toBe(1_800_000_000_000);
  });

  it('answer queries on an index, by the name or the ARN of the table', async () => {
    await dynamo.send(new PutItemCommand({ TableName, Item: { id: { S: 'open-1' }, status: { S: 'open' } } }));
    const { Items } = await dynamo.send(
      new QueryCommand({
        TableName: ARN,
        IndexName: 'byStatus',
        KeyConditionExpression: '#s = :open',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':open': { S: 'open' } },
      }),
    );
    expect(Items).toEqual([{ id: { S: 'open-1' }, status: { S: 'open' } }]);
    expect(cloud.questions.at(-1)).toMatchObject({
      action: 'dynamodb:Query',
      resource: `${ARN}/index/byStatus`,
      context: { 'dynamodb:LeadingKeys': ['open'] },
    });
  });

  it('refuse what the caller may not do, by action, table and key', async () => {
    const reader = new DynamoDBClient(cloud.as(`dynamodb:GetItem ${ARN}`));
    await reader.send(new GetItemCommand({ TableName, Key: { id: { S: 'mine' } } }));
    expect(cloud.questions.at(-1)?.context).toMatchObject({ 'dynamodb:LeadingKeys': ['mine'] });
    const put = reader.send(new PutItemCommand({ TableName, Item: { id: { S: 'mine' } } }));
    await expect(put).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(put).rejects.toThrow(`dynamodb:PutItem on resource: ${ARN}`);
    expect(await get('mine')).toBeUndefined();
  });

  it('lose expired items within a simulated minute, and keep the others', async () => {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expiration' };
    await dynamo.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    const now = real / 1000;
    const item = (id: string, expiration: number) => ({ id: { S: id }, expiration: { N: String(expiration) } });
    await dynamo.send(new PutItemCommand({ TableName, Item: item('put', now + 10) }));
    await dynamo.send(
      new UpdateItemCommand({
        TableName,
        Key: { id: { S: 'updated' } },
        UpdateExpression: 'SET expiration = :e',
        ExpressionAttributeValues: { ':e': { N: String(now + 20) } },
      }),
    );
    const RequestItems = { [TableName]: [{ PutRequest: { Item: item('batched', now + 30) } }] };
    await dynamo.send(new BatchWriteItemCommand({ RequestItems }));
    await dynamo.send(new PutItemCommand({ TableName, Item: item('long gone', 1) }));

    real += 69_000;
    expect(await get('put')).toBeDefined();
    real += 1_000;
    expect(await get('put')).toBeUndefined();
    expect(await get('updated')).toBeDefined();
    real += 10_000;
    expect(await get('updated')).toBeUndefined();
    expect(await get('batched')).toBeDefined();
    real += 10_000;
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName }));
    const ids = Items.map(({ id }) => id?.S);
    expect(ids).not.toContain('batched');
    expect(ids).toContain('long gone');
  });
});
