import type { Kernel } from '../kernel/kernel.ts';
import type { LocalService } from '../kernel/service.ts';
import type { DynamoDbParts } from './dynamodb-parts.ts';
import { createItemOperations } from './item-operations.ts';
import { createLock } from './lock.ts';
import { createTableEngine } from './table-engine.ts';
import { createTableOperations } from './table-operations.ts';
import { createTableResources } from './table-resources.ts';
import { createTimeToLive } from './time-to-live.ts';
import { createTransactionOperations } from './transaction-operations.ts';

/**
 * Amazon DynamoDB on loopback: tables in memory, with IAM, transactions and expiry on the simulated clock.
 *
 * All calls run one after the other, which makes conditional writes and transactions atomic.
 */
export function createDynamoDb(kernel: Kernel): LocalService {
  const engine = createTableEngine(kernel);
  const parts: DynamoDbParts = {
    kernel,
    engine,
    lock: createLock(),
    timeToLive: createTimeToLive(engine, kernel.clock),
    policies: new Map(),
    deletionProtected: new Set(),
  };
  return {
    name: 'dynamodb',
    json: {
      targetPrefix: 'DynamoDB_20120810',
      jsonVersion: '1.0',
      operations: {
        ...createTableOperations(parts),
        ...createItemOperations(parts),
        ...createTransactionOperations(parts),
      },
    },
    resources: createTableResources(parts),
    stop: () => engine.close(),
  };
}
