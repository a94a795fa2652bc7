import type { Answered, Fact, RecordedCloud, RecordedService } from '../recorded-cloud.ts';

const dynamo = (cloud: RecordedCloud, operation: string, input: object) =>
  cloud.json(`DynamoDB_20120810.${operation}`, input);

const keyed = (name: string) => ({
  TableName: name,
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
});
const TableName = 'things';
const refused = (code: string, message: string): Partial<Answered> => ({ status: 400, code, message });
const item = (id: string, more: object = {}) => ({ id: { S: id }, ...more });
const PUT_TWICE = { TableName, Item: item('id1', { data: { S: 'foobar' } }) };

const facts: readonly Fact[] = [
  {
    source: 'test_dynamodb.py::test_create_duplicate_table',
    asked: 'a table twice',
    ask: (cloud) => dynamo(cloud, 'CreateTable', keyed(TableName)),
    answer: refused('ResourceInUseException', 'Table already exists: things'),
  },
  {
    source: 'test_dynamodb.py::test_dynamodb_pay_per_request',
    asked: 'an on-demand table with throughput',
    ask: (cloud) => dynamo(cloud, 'CreateTable', { ...keyed('paid'), BillingMode: 'PAY_PER_REQUEST' }),
    answer: refused(
      'ValidationException',
      'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    ),
  },
  {
    source: 'test_dynamodb.py::TestDynamoDB::test_table_crud',
    asked: 'what a new table looks like',
    ask: (cloud) => dynamo(cloud, 'CreateTable', keyed('created')),
    answer: {
      status: 200,
      body: {
        TableDescription: {
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          DeletionProtectionEnabled: false,
          ItemCount: 0,
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
          TableName: 'created',
          TableSizeBytes: 0,
          TableStatus: 'CREATING',
        },
      },
    },
  },
  {
    source: 'test_dynamodb.py::test_return_values_in_put_item',
    asked: 'the old item of a put, where there was one',
    async ask(cloud) {
      await dynamo(cloud, 'PutItem', PUT_TWICE);
      return dynamo(cloud, 'PutItem', { ...PUT_TWICE, ReturnValues: 'ALL_OLD' });
    },
    answer: { status: 200, body: { Attributes: item('id1', { data: { S: 'foobar' } }) } },
  },
  {
    source: 'test_dynamodb.py::test_return_values_on_conditions_check_failure',
    asked: 'the item that a condition failed on',
    async ask(cloud) {
      await dynamo(cloud, 'PutItem', { TableName, Item: item('456', { price: { N: '650' } }) });
      return dynamo(cloud, 'DeleteItem', {
        TableName,
        Key: item('456'),
        ConditionExpression: 'price < :least',
        ExpressionAttributeValues: { ':least': { N: '500' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    },
    answer: {
      ...refused('ConditionalCheckFailedException', 'The conditional request failed'),
      body: { Item: item('456', { price: { N: '650' } }) },
    },
  },
  {
    source: 'test_dynamodb.py::test_transaction_write_canceled',
    asked: 'a transaction of which one condition fails',
    ask: (cloud) =>
      dynamo(cloud, 'TransactWriteItems', {
        TransactItems: [
          { ConditionCheck: { TableName, Key: item('absent'), ConditionExpression: 'attribute_exists(id)' } },
          { Put: { TableName, Item: item('put') } },
        ],
      }),
    answer: refused(
      'TransactionCanceledException',
      'Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None]',
    ),
  },
  {
    source: 'test_dynamodb.py::test_transact_get_items',
    asked: 'an item by a transaction, the table by its ARN',
    async ask(cloud) {
      await dynamo(cloud, 'PutItem', { TableName, Item: item('John') });
      const Get = { TableName: 'arn:aws:dynamodb:us-east-1:123456789012:table/things', Key: item('John') };
      return dynamo(cloud, 'TransactGetItems', { TransactItems: [{ Get }] });
    },
    answer: { status: 200, body: { Responses: [{ Item: item('John') }] } },
  },
  {
    source: 'test_dynamodb.py::test_batch_write_items',
    asked: 'a batch of writes',
    ask: (cloud) =>
      dynamo(cloud, 'BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item: item('batched') } }] } }),
    answer: { status: 200, body: { UnprocessedItems: {} } },
  },
  {
    source: 'test_dynamodb.py::test_batch_write_not_matching_schema',
    asked: 'a batch with a key of another attribute',
    ask: (cloud) =>
      dynamo(cloud, 'BatchWriteItem', {
        RequestItems: { [TableName]: [{ DeleteRequest: { Key: { other: { S: 'x' } } } }] },
      }),
    answer: refused('ValidationException', 'The provided key element does not match the schema'),
  },
  {
    source: 'test_dynamodb.py::test_dynamodb_get_batch_items',
    asked: 'a batch of reads that finds nothing',
    ask: (cloud) => dynamo(cloud, 'BatchGetItem', { RequestItems: { [TableName]: { Keys: [item('nobody')] } } }),
    answer: { status: 200, body: { Responses: { [TableName]: [] }, UnprocessedKeys: {} } },
  },
  {
    source: 'test_dynamodb.py::test_batch_write_not_existing_table',
    asked: 'a transaction on a table that does not exist',
    ask: (cloud) =>
      dynamo(cloud, 'TransactWriteItems', { TransactItems: [{ Put: { TableName: 'nobody', Item: item('x') } }] }),
    answer: refused('ResourceNotFoundException', 'Requested resource not found'),
  },
  {
    source: 'test_dynamodb.py::test_dynamodb_idempotent_writing',
    asked: 'a transaction again with its token',
    async ask(cloud) {
      const transaction = {
        TransactItems: [{ Put: { TableName, Item: item('once') } }],
        ClientRequestToken: 'dedupe_token',
      };
      await dynamo(cloud, 'TransactWriteItems', transaction);
      return dynamo(cloud, 'TransactWriteItems', transaction);
    },
    answer: { status: 200, body: {} },
  },
  {
    source: 'test_dynamodb.py::test_continuous_backup_update',
    asked: 'backups of the last 35 days',
    ask: (cloud) =>
      dynamo(cloud, 'UpdateContinuousBackups', {
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    answer: {
      status: 200,
      body: {
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: 'ENABLED',
          PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 35 },
        },
      },
    },
  },
  {
    source: 'test_dynamodb.py::test_table_warm_throughput',
    asked: 'a table with warm throughput',
    ask: (cloud) =>
      dynamo(cloud, 'CreateTable', {
        ...keyed('warm'),
        WarmThroughput: { ReadUnitsPerSecond: 1000, WriteUnitsPerSecond: 1200 },
      }),
    answer: { status: 200, body: { TableDescription: { WarmThroughput: { ReadUnitsPerSecond: 1000 } } } },
    notHeld: 'nothing here has a capacity to warm up',
  },
  {
    source: 'test_dynamodb.py::test_dynamodb_execute_statement_empy_parameter',
    asked: 'a PartiQL statement with no parameters',
    ask: (cloud) => dynamo(cloud, 'ExecuteStatement', { Statement: 'SELECT * FROM things', Parameters: [] }),
    answer: { status: 400, code: 'ValidationException' },
    notHeld: 'PartiQL is not simulated: 501',
  },
];

/** What was recorded of DynamoDB. */
export const dynamodbFacts: RecordedService = {
  title: 'DynamoDB',
  prepare: async (cloud) => {
    await dynamo(cloud, 'CreateTable', keyed(TableName));
  },
  facts,
};
