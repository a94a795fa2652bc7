import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDb } from '../../../../lib/local/dynamodb/create-dynamodb.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';
import { createTestCloud, type TestCloud } from '../s3/test-cloud.ts';

let cloud: TestCloud;
let dynamo: DynamoDBClient;
let TableName: string;

beforeAll(async () => {
  let service: LocalService | undefined;
  cloud = await createTestCloud((kernel) => {
    service = createDynamoDb(kernel);
    return service;
  });
  dynamo = new DynamoDBClient({ ...cloud.root, maxAttempts: 1 });
  const created = await service?.resources?.['AWS::DynamoDB::Table']?.({
    type: 'AWS::DynamoDB::Table',
    logicalId: 'Accounts',
    stackName: 'Bank',
    assemblyDir: '',
    properties: {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
    },
  });
  TableName = created?.ref ?? '';
  expect(created?.attributes?.Arn).toBe(`arn:aws:dynamodb:eu-central-1:123456789012:table/${TableName}`);
});
afterAll(() => cloud.close());

beforeEach(async () => {
  for (const [id, balance] of [
    ['a', '10'],
    ['b', '0'],
  ] as const) {
    await dynamo.send(new PutItemCommand({ TableName, Item: { id: { S: id }, balance: { N: balance } } }));
  }
});

const balances = async () => {
  const items = await Promise.all(
    ['a', 'b', 'c'].map((id) => dynamo.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))),
  );
  return items.map(({ Item }) => Item?.balance?.N);
};

type Entry = NonNullable<TransactWriteItemsCommandInput['TransactItems']>[number];

const add = (id: string, amount: string, condition?: string): Entry => ({
  Update: {
    TableName,
    Key: { id: { S: id } },
    UpdateExpression: 'SET balance = balance + :amount',
    ExpressionAttributeValues: {
      ':amount': { N: amount },
      ...(condition === undefined ? {} : { ':least': { N: '5' } }),
    },
    ...(condition === undefined ? {} : { ConditionExpression: condition }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

const write = (TransactItems: Entry[], ClientRequestToken?: string) =>
  dynamo.send(
    new TransactWriteItemsCommand({
      TransactItems,
      ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
    }),
  );

describe('TransactWriteItems', () => {
  it('carries all writes out when all conditions hold', async () => {
    const Key = { id: { S: 'a' } };
    await write([
      { ConditionCheck: { TableName, Key, ConditionExpression: 'attribute_exists(balance)' } },
      add('b', '5'),
      { Put: { TableName, Item: { id: { S: 'c' }, balance: { N: '1' } } } },
    ]);
    expect(await balances()).toEqual(['10', '5', '1']);
    await write([{ Delete: { TableName, Key: { id: { S: 'c' } } } }]);
    expect(await balances()).toEqual(['10', '5', undefined]);
  });

  it('carries none out when one condition fails, and says which', async () => {
    const failure = await write([add('a', '-5'), add('b', '5', 'balance >= :least')]).catch((error) => error);
    expect(failure).toBeInstanceOf(TransactionCanceledException);
    expect(failure.CancellationReasons).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { id: { S: 'b' }, balance: { N: '0' } },
      },
    ]);
    expect(await balances()).toEqual(['10', '0', undefined]);
  });

  it('takes back what it wrote when a later write cannot be applied', async () => {
    const failure = await write([
      add('a', '-5'),
      { Put: { TableName, Item: { id: { S: 'c' }, balance: { N: '1' } } } },
      add('absent', '5'),
    ]).catch((error) => error);
    expect(failure.CancellationReasons.map(({ Code }: { Code: string }) => Code)).toEqual([
      'None',
      'None',
      'ValidationError',
    ]);
    expect(await balances()).toEqual(['10', '0', undefined]);
  });

  it('lets one of many concurrent transfers of the last money through', async () => {
    const transfers = Array.from({ length: 10 }, () => write([add('a', '-10', 'balance >= :least'), add('b', '10')]));
    const results = await Promise.allSettled(transfers);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await balances()).toEqual(['0', '10', undefined]);
  });

  it('acts once for a request token, and refuses it for another request', async () => {
    const token = '11111111-1111-4111-8111-111111111111';
    await write([add('b', '1')], token);
    await write([add('b', '1')], token);
    expect(await balances()).toEqual(['10', '1', undefined]);
    const other = write([add('b', '2')], token);
    await expect(other).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });

  it('refuses two actions on one item', async () => {
    await expect(write([add('a', '1'), add('a', '2')])).rejects.toThrow('multiple operations on one item');
  });
});

describe('the rest', () => {
  it('reads several items at once', async () => {
    const TransactItems = ['a', 'none'].map((id) => ({ Get: { TableName, Key: { id: { S: id } } } }));
    const { Responses } = await dynamo.send(new TransactGetItemsCommand({ TransactItems }));
    expect(Responses).toEqual([{ Item: { id: { S: 'a' }, balance: { N: '10' } } }, {}]);
  });

  it('tells of expiry and backups', async () => {
    const { TimeToLiveDescription } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiration' });
    const backups = await dynamo.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect(backups.ContinuousBackupsDescription?.ContinuousBackupsStatus).toBe('ENABLED');
  });
});
