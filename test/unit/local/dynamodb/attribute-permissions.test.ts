import { expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';

/** The policy of "Using IAM policy conditions for fine-grained access control" in the Developer Guide. */
const SOME_ATTRIBUTES = {
  Effect: 'Allow',
  Action: 'dynamodb:*',
  Resource: '*',
  Condition: {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['id', 'shown'] },
    StringEqualsIfExists: {
      'dynamodb:Select': 'SPECIFIC_ATTRIBUTES',
      'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'],
    },
  },
};
const TableName = 'things';
const Key = { id: { S: '1' } };
const VALUE = { ':v': { S: 'x' } };
const QUERY = { TableName, KeyConditionExpression: 'id = :v', ExpressionAttributeValues: VALUE };
const UPDATE = { TableName, Key, ExpressionAttributeValues: VALUE };
const written = (write: object) => ({ TransactItems: [write] });

async function withTable() {
  const { json, roleKey } = await startCloud();
  await json('dynamodb', 'CreateTable', {
    TableName,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const key = await roleKey(SOME_ATTRIBUTES);
  return (operation: string, input: object) => json('dynamodb', operation, input, key);
}

it.each<[operation: string, input: object]>([
  ['GetItem', { TableName, Key }],
  ['GetItem', { TableName, Key, ProjectionExpression: 'id, secret' }],
  ['BatchGetItem', { RequestItems: { things: { Keys: [Key] } } }],
  ['BatchGetItem', { RequestItems: { things: { Keys: [Key], ProjectionExpression: 'secret' } } }],
  ['Query', QUERY],
  ['Query', { ...QUERY, Select: 'COUNT' }],
  ['Query', { ...QUERY, ProjectionExpression: 'id', FilterExpression: 'secret = :v' }],
  ['Scan', { TableName }],
  ['Scan', { TableName, ProjectionExpression: 'secret.deep[0]' }],
  ['Scan', { TableName, AttributesToGet: ['secret'] }],
  ['PutItem', { TableName, Item: { ...Key, secret: { S: 'x' } } }],
  ['PutItem', { TableName, Item: Key, ConditionExpression: 'attribute_not_exists(secret)' }],
  ['PutItem', { TableName, Item: Key, Expected: { secret: { Exists: false } } }],
  ['PutItem', { TableName, Item: Key, ReturnValues: 'ALL_OLD' }],
  ['DeleteItem', { TableName, Key, ConditionExpression: 'secret = :v', ExpressionAttributeValues: VALUE }],
  ['UpdateItem', { ...UPDATE, UpdateExpression: 'SET secret = :v' }],
  ['UpdateItem', { ...UPDATE, UpdateExpression: 'SET #a.b = :v', ExpressionAttributeNames: { '#a': 'secret' } }],
  ['UpdateItem', { ...UPDATE, UpdateExpression: 'SET shown = if_not_exists(secret, :v)' }],
  ['UpdateItem', { ...UPDATE, UpdateExpression: 'SET shown = :v', ReturnValues: 'ALL_NEW' }],
  ['UpdateItem', { TableName, Key, AttributeUpdates: { secret: { Action: 'DELETE' } } }],
  ['BatchWriteItem', { RequestItems: { things: [{ PutRequest: { Item: { ...Key, secret: { S: 'x' } } } }] } }],
  ['TransactWriteItems', written({ Put: { TableName, Item: { ...Key, secret: { S: 'x' } } } })],
  ['TransactWriteItems', written({ ConditionCheck: { ...UPDATE, ConditionExpression: 'secret = :v' } })],
  ['TransactGetItems', { TransactItems: [{ Get: { TableName, Key } }] }],
])('%s with %j is refused to who may use other attributes', async (operation, input) => {
  const call = await withTable();
  expect(await call(operation, input)).toMatchObject({ code: expect.stringContaining('AccessDeniedException') });
});

it.each<[operation: string, input: object]>([
  ['GetItem', { TableName, Key, ProjectionExpression: 'shown' }],
  ['BatchGetItem', { RequestItems: { things: { Keys: [Key], ProjectionExpression: 'id' } } }],
  ['Query', { ...QUERY, ProjectionExpression: 'shown', FilterExpression: 'shown = :v' }],
  ['PutItem', { TableName, Item: { ...Key, shown: { S: 'x' } } }],
  ['UpdateItem', { ...UPDATE, UpdateExpression: 'SET shown = :v', ReturnValues: 'UPDATED_NEW' }],
  ['DeleteItem', { TableName, Key }],
  ['BatchWriteItem', { RequestItems: { things: [{ DeleteRequest: { Key } }] } }],
  ['TransactWriteItems', written({ Update: { ...UPDATE, UpdateExpression: 'SET shown = :v' } })],
  ['TransactGetItems', { TransactItems: [{ Get: { TableName, Key, ProjectionExpression: 'id, shown' } }] }],
])('%s with %j is allowed to who may use these attributes', async (operation, input) => {
  const call = await withTable();
  expect(await call(operation, input)).not.toHaveProperty('code');
});
