import { readPolicy } from '../identity/policy/check-policy.ts';
import type { Operation } from '../kernel/service.ts';
import { describeTable } from './describe-table.ts';
import { authorizeTable, type DynamoDbParts } from './dynamodb-parts.ts';
import type { Table, TableInput } from './table.ts';
import { tableNameOf } from './table-arn.ts';
import { createTable, deleteTable, type TableUpdate, updateTable } from './table-store.ts';
import { addTags } from './table-tags.ts';
import { invalidParameters, invalidPolicy, tableNotFound, validationError } from './validation-error.ts';

const MOST_TABLES_LISTED = 100;
const DEFAULT_RECOVERY_DAYS = 35;

/** The operations on tables. Every change is done at once: no table is ever seen in creation. */
export function createTableOperations(parts: DynamoDbParts): Record<string, Operation> {
  const { kernel, tables } = parts;

  type Input = Parameters<Operation>[0];

  function onTable(action: string, operate: (table: Table, input: Input) => object): Operation {
    return (input, request) => {
      const name = tableNameOf(input.TableName);
      authorizeTable(parts, request, `dynamodb:${action}`, { table: name });
      return operate(existing(name), input);
    };
  }

  /** @throws AwsError ResourceNotFoundException */
  function existing(name: string): Table {
    const table = tables.get(name);
    if (table === undefined) throw tableNotFound(name);
    return table;
  }

  return {
    CreateTable(input, request) {
      const name = tableNameOf(input.TableName);
      authorizeTable(parts, request, 'dynamodb:CreateTable', { table: name });
      const policy =
        input.ResourcePolicy === undefined ? undefined : readPolicy(input.ResourcePolicy, 'resource', invalidPolicy);
      const table = createTable(parts, { ...(input as TableInput), TableName: name });
      table.policy = policy;
      return { TableDescription: describeTable(kernel, table, 'CREATING') };
    },

    UpdateTable: onTable('UpdateTable', (table, input) => {
      if (input.ReplicaUpdates !== undefined) {
        throw validationError('the local cloud has one region: ReplicaUpdates is not simulated');
      }
      updateTable(parts, table, input as TableUpdate);
      return { TableDescription: describeTable(kernel, table) };
    }),

    DeleteTable(input, request) {
      const name = tableNameOf(input.TableName);
      authorizeTable(parts, request, 'dynamodb:DeleteTable', { table: name });
      return { TableDescription: describeTable(kernel, deleteTable(parts, name), 'DELETING') };
    },

    DescribeTable: onTable('DescribeTable', (table) => ({ Table: describeTable(kernel, table) })),

    ListTables({ ExclusiveStartTableName, Limit = MOST_TABLES_LISTED }, request) {
      request.authorize('dynamodb:ListTables', '*');
      const names = [...tables.keys()].sort().filter((name) => name > (ExclusiveStartTableName ?? ''));
      const TableNames = names.slice(0, Limit);
      return { TableNames, ...(names.length > Limit ? { LastEvaluatedTableName: TableNames.at(-1) } : {}) };
    },

    DescribeTimeToLive: onTable('DescribeTimeToLive', ({ timeToLive: { attribute } }) => ({
      TimeToLiveDescription:
        attribute === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
    })),

    UpdateTimeToLive: onTable('UpdateTimeToLive', ({ timeToLive }, { TimeToLiveSpecification }) => {
      const { Enabled, AttributeName } = TimeToLiveSpecification;
      if (Enabled === (timeToLive.attribute !== undefined)) {
        throw validationError(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
      }
      if (!Enabled && AttributeName !== timeToLive.attribute) {
        throw validationError(
          `TimeToLive is active on a different AttributeName: current AttributeName is ${timeToLive.attribute}`,
        );
      }
      if (Enabled) timeToLive.enable(AttributeName);
      else timeToLive.disable();
      return { TimeToLiveSpecification };
    }),

    DescribeContinuousBackups: onTable('DescribeContinuousBackups', (table) => backups(table)),

    UpdateContinuousBackups: onTable('UpdateContinuousBackups', (table, input) => {
      const { PointInTimeRecoveryEnabled, RecoveryPeriodInDays = DEFAULT_RECOVERY_DAYS } =
        input.PointInTimeRecoverySpecification;
      table.pointInTimeRecovery = PointInTimeRecoveryEnabled ? { RecoveryPeriodInDays } : undefined;
      return backups(table);
    }),

    DescribeEndpoints: () => ({
      Endpoints: [{ Address: new URL(kernel.endpoint()).host, CachePeriodInMinutes: 1440 }],
    }),

    ListTagsOfResource: onResource('ListTagsOfResource', ({ tags }) => ({
      Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
    })),

    TagResource: onResource('TagResource', ({ tags }, { Tags }) => {
      addTags(tags, Tags);
      return {};
    }),

    UntagResource: onResource('UntagResource', ({ tags }, { TagKeys }) => {
      for (const key of TagKeys) tags.delete(key);
      return {};
    }),
  };

  function onResource(action: string, operate: (table: Table, input: Input) => object): Operation {
    return (input, request) => {
      const name = tableNameOf(input.ResourceArn);
      authorizeTable(parts, request, `dynamodb:${action}`, { table: name });
      if (name === input.ResourceArn)
        throw invalidParameters(`Invalid TableArn: Invalid ResourceArn provided as input ${name}`);
      const table = tables.get(name);
      if (table === undefined) throw tableNotFound();
      return operate(table, input);
    };
  }

  function backups({ pointInTimeRecovery, createdAt }: Table): object {
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription:
          pointInTimeRecovery === undefined
            ? { PointInTimeRecoveryStatus: 'DISABLED' }
            : {
                PointInTimeRecoveryStatus: 'ENABLED',
                ...pointInTimeRecovery,
                EarliestRestorableDateTime: createdAt / 1000,
                LatestRestorableDateTime: Math.floor(kernel.clock.now() / 1000),
              },
      },
    };
  }
}
