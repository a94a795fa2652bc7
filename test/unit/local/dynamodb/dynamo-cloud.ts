import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDb } from '../../../../lib/local/dynamodb/create-dynamodb.ts';
import { createTestCloud, type TestCloud } from '../s3/test-cloud.ts';

/** A cloud with a table `Things` (`id`), and one `Events` (`topic`, number `at`) with an index of each kind. */
export interface DynamoCloud {
  readonly cloud: TestCloud;
  readonly dynamo: DynamoDBClient;
  close(): Promise<void>;
}

export async function createDynamoCloud(): Promise<DynamoCloud> {
  const cloud = await createTestCloud(createDynamoDb);
  const dynamo = new DynamoDBClient({ ...cloud.root, maxAttempts: 1 });
  await dynamo.send(
    new CreateTableCommand({
      TableName: 'Things',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
  await dynamo.send(
    new CreateTableCommand({
      TableName: 'Events',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'topic', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'topic', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'N' },
        { AttributeName: 'owner', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byOwner',
          KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'byTopicOwner',
          KeySchema: [
            { AttributeName: 'topic', KeyType: 'HASH' },
            { AttributeName: 'owner', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  return { cloud, dynamo, close: () => cloud.close() };
}
