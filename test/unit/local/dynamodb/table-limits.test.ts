import { expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';

const TableName = 'things';
const ResourceArn = `arn:aws:dynamodb:us-east-1:123456789012:table/${TableName}`;
const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));

async function withTable() {
  const { json } = await startCloud();
  const call = async (operation: string, input: object) => {
    const { code, ...rest } = await json('dynamodb', operation, input);
    return code === undefined ? rest : { ...rest, code: String(code).split('#').at(-1) };
  };
  await call('CreateTable', {
    TableName,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'owner', AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byOwner',
        KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['held'] },
      },
    ],
  });
  return call;
}

it.each([
  ['Query', { KeyConditionExpression: '#o = :v', ExpressionAttributeNames: { '#o': 'owner' } }],
  ['Scan', {}],
])('%s of a global index is not filtered by what the index does not hold', async (operation, more) => {
  const call = await withTable();
  const input = { TableName, IndexName: 'byOwner', ExpressionAttributeValues: { ':v': { S: 'x' } }, ...more };
  expect(await call(operation, { ...input, FilterExpression: 'held = :v OR secret = :v' })).toMatchObject({
    code: 'ValidationException',
    message:
      'One or more parameter values were invalid: Secondary index byOwner does not project one or more filter attributes: [secret]',
  });
  expect(await call(operation, { ...input, FilterExpression: 'held = :v OR id = :v' })).toMatchObject({ Count: 0 });
});

it('a transaction has 4 MB at most', async () => {
  const call = await withTable();
  const put = (index: number) => ({
    Put: { TableName, Item: { id: { S: `item${index}` }, text: { S: 'x'.repeat(400_000) } } },
  });
  const transaction = (count: number) =>
    call('TransactWriteItems', { TransactItems: Array.from({ length: count }, (_, index) => put(index)) });
  expect(await transaction(11)).toMatchObject({ code: 'ValidationException' });
  expect(await call('Scan', { TableName, Select: 'COUNT' })).toMatchObject({ Count: 0 });
  expect(await transaction(10)).toEqual({});
});

it('time to live is disabled by the name of its attribute alone', async () => {
  const call = await withTable();
  const update = (Enabled: boolean, AttributeName: string) =>
    call('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled, AttributeName } });
  await update(true, 'expires');
  expect(await update(false, 'other')).toMatchObject({
    code: 'ValidationException',
    message: 'TimeToLive is active on a different AttributeName: current AttributeName is expires',
  });
  expect(await update(false, 'expires')).not.toHaveProperty('code');
});

it.each([
  ['51 tags', tags(51)],
  ["a tag of AWS's own", [{ Key: 'aws:x', Value: 'v' }]],
  ['a key twice', [...tags(1), ...tags(1)]],
])('%s are refused', async (_what, Tags) => {
  const call = await withTable();
  expect(await call('TagResource', { ResourceArn, Tags })).toMatchObject({ code: 'ValidationException' });
  expect(await call('ListTagsOfResource', { ResourceArn })).toEqual({ Tags: [] });
});

it.each([
  ['ab', 'TableName must be at least 3 characters long and at most 255 characters long'],
  ['x'.repeat(256), 'TableName must be at least 3 characters long and at most 255 characters long'],
  [
    'a table',
    "1 validation error detected: Value 'a table' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
  ],
])('a table cannot have the name %j', async (name, message) => {
  const call = await withTable();
  const input = {
    TableName: name,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  };
  expect(await call('CreateTable', input)).toMatchObject({ code: 'ValidationException', message });
  expect(await call('ListTables', {})).toMatchObject({ TableNames: [TableName] });
});

it('a query does not begin at a key that its sort condition leaves out', async () => {
  const call = await withTable();
  await call('CreateTable', {
    TableName: 'events',
    KeySchema: [
      { AttributeName: 'topic', KeyType: 'HASH' },
      { AttributeName: 'seq', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'topic', AttributeType: 'S' },
      { AttributeName: 'seq', AttributeType: 'N' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const from = (seq: string) =>
    call('Query', {
      TableName: 'events',
      KeyConditionExpression: 'topic = :t AND seq > :seq',
      ExpressionAttributeValues: { ':t': { S: 'a' }, ':seq': { N: '2' } },
      ExclusiveStartKey: { topic: { S: 'a' }, seq: { N: seq } },
    });
  expect(await from('2')).toMatchObject({
    code: 'ValidationException',
    message: 'The provided starting key does not match the range key predicate',
  });
  expect(await from('2.5')).toMatchObject({ Count: 0 });
});

it('a table has 50 tags, however many requests bring them', async () => {
  const call = await withTable();
  expect(await call('TagResource', { ResourceArn, Tags: tags(50) })).toEqual({});
  const Tags = [{ Key: 'one-more', Value: 'v' }];
  expect(await call('TagResource', { ResourceArn, Tags })).toMatchObject({ code: 'ValidationException' });
});
