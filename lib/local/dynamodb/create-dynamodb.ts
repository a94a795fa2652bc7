import type { Kernel } from '../kernel/kernel.ts';
import type { LocalService } from '../kernel/service.ts';
import model from '../models/dynamodb.json' with { type: 'json' };
import { createBatchOperations } from './batch-operations.ts';
import type { DynamoDbParts } from './dynamodb-parts.ts';
import { createItemOperations } from './item-operations.ts';
import { createTableOperations } from './table-operations.ts';
import { createTableResources } from './table-resources.ts';
import { createTransactionOperations } from './transaction-operations.ts';

/**
 * Amazon DynamoDB on loopback: tables in memory, with IAM, indexes, transactions and expiry on the simulated clock.
 *
 * Every operation runs without a pause from its first check to its last write, which makes it atomic.
 */
export function createDynamoDb(kernel: Kernel): LocalService {
  const parts: DynamoDbParts = { kernel, tables: new Map() };
  return {
    name: 'dynamodb',
    json: {
      targetPrefix: 'DynamoDB_20120810',
      jsonVersion: '1.0',
      model,
      operations: {
        ...createTableOperations(parts),
        ...createItemOperations(parts),
        ...createBatchOperations(parts),
        ...createTransactionOperations(parts),
      },
    },
    resources: createTableResources(parts),
  };
}
