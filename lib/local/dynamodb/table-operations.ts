import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import type { DynaliteAction } from './dynalite.ts';
import { authorizeTable, type DynamoDbParts } from './dynamodb-parts.ts';
import { tableNameOf } from './table-arn.ts';

/** The operations on tables. */
export function createTableOperations(parts: DynamoDbParts): Record<string, Operation> {
  const { kernel, engine, lock, timeToLive, deletionProtected, policies } = parts;

  /** Waits until the library has carried a change out, so that a table is active, or gone, at the answer. */
  async function settled(table: string): Promise<void> {
    for (;;) {
      const description = await engine.table(table);
      if (description === undefined || description.TableStatus === 'ACTIVE') return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function describe(table: string): Promise<Record<string, unknown>> {
    const { Table } = await engine.run('DescribeTable', { TableName: table });
    return { ...(Table as object), DeletionProtectionEnabled: deletionProtected.has(table) };
  }

  function onTable(
    action: string,
    operate: (table: string, input: Record<string, unknown>) => Promise<object>,
  ): Operation {
    return (input, request) =>
      lock(async () => {
        const table = tableNameOf(input.TableName);
        authorizeTable(parts, request, `dynamodb:${action}`, { table });
        return operate(table, { ...input, TableName: table });
      });
  }

  /** @throws AwsError ResourceNotFoundException */
  async function mustExist(table: string): Promise<void> {
    await engine.run('DescribeTable', { TableName: table });
  }

  function onResource(action: DynaliteAction): Operation {
    return (input, request) =>
      lock(async () => {
        authorizeTable(parts, request, `dynamodb:${action}`, { table: tableNameOf(input.ResourceArn) });
        return engine.run(action, input);
      });
  }

  return {
    CreateTable: onTable('CreateTable', async (table, input) => {
      await engine.run('CreateTable', input);
      await settled(table);
      if (input.DeletionProtectionEnabled === true) deletionProtected.add(table);
      return { TableDescription: await describe(table) };
    }),

    UpdateTable: onTable('UpdateTable', async (table, input) => {
      const { DeletionProtectionEnabled, ...rest } = input;
      if (DeletionProtectionEnabled === true) deletionProtected.add(table);
      if (DeletionProtectionEnabled === false) deletionProtected.delete(table);
      if (Object.keys(rest).length > 1) await engine.run('UpdateTable', rest);
      await settled(table);
      return { TableDescription: await describe(table) };
    }),

    DeleteTable: onTable('DeleteTable', async (table, input) => {
      if (deletionProtected.has(table)) {
        const message = `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first: table ${table}`;
        throw new AwsError('ValidationException', message);
      }
      const { TableDescription } = await engine.run('DeleteTable', input);
      await settled(table);
      timeToLive.disable(table);
      policies.delete(table);
      return { TableDescription };
    }),

    DescribeTable: onTable('DescribeTable', async (table) => ({ Table: await describe(table) })),

    ListTables: (input, request) => {
      request.authorize('dynamodb:ListTables', '*');
      return lock(() => engine.run('ListTables', input));
    },

    DescribeTimeToLive: onTable('DescribeTimeToLive', async (table) => {
      await mustExist(table);
      const AttributeName = timeToLive.attributeOf(table);
      return {
        TimeToLiveDescription:
          AttributeName === undefined
            ? { TimeToLiveStatus: 'DISABLED' }
            : { TimeToLiveStatus: 'ENABLED', AttributeName },
      };
    }),

    UpdateTimeToLive: onTable('UpdateTimeToLive', async (table, { TimeToLiveSpecification }) => {
      await mustExist(table);
      const { Enabled, AttributeName } = (TimeToLiveSpecification ?? {}) as {
        Enabled?: unknown;
        AttributeName?: unknown;
      };
      if (typeof Enabled !== 'boolean' || typeof AttributeName !== 'string' || AttributeName === '') {
        throw new AwsError('ValidationException', 'TimeToLiveSpecification must have Enabled and AttributeName');
      }
      const isEnabled = timeToLive.attributeOf(table) !== undefined;
      if (isEnabled === Enabled) {
        throw new AwsError('ValidationException', `TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
      }
      if (Enabled) timeToLive.enable(table, AttributeName);
      else timeToLive.disable(table);
      return { TimeToLiveSpecification };
    }),

    DescribeContinuousBackups: onTable('DescribeContinuousBackups', async (table) => {
      await mustExist(table);
      return {
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: 'ENABLED',
          PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
        },
      };
    }),

    DescribeEndpoints: () => ({
      Endpoints: [{ Address: new URL(kernel.endpoint()).host, CachePeriodInMinutes: 1440 }],
    }),

    ListTagsOfResource: onResource('ListTagsOfResource'),
    TagResource: onResource('TagResource'),
    UntagResource: onResource('UntagResource'),
  };
}
