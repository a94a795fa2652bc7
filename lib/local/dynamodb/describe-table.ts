import type { Kernel } from '../kernel/kernel.ts';
import type { Index, Table, Throughput } from './table.ts';
import { tableArn } from './table-arn.ts';

/** A table as CreateTable, DescribeTable and the others tell it. */
export function describeTable(kernel: Kernel, table: Table, status = 'ACTIVE'): object {
  const { input } = table;
  const [global, local] = [indexesOf(table, false), indexesOf(table, true)];
  return {
    AttributeDefinitions: [...input.AttributeDefinitions].sort((a, b) => (a.AttributeName < b.AttributeName ? -1 : 1)),
    TableName: table.name,
    KeySchema: input.KeySchema,
    TableStatus: status,
    CreationDateTime: table.createdAt / 1000,
    ProvisionedThroughput: throughputOf(input.ProvisionedThroughput),
    TableSizeBytes: table.bytes,
    ItemCount: table.count,
    TableArn: tableArn(kernel, table.name),
    TableId: table.id,
    DeletionProtectionEnabled: input.DeletionProtectionEnabled ?? false,
    ...(input.BillingMode === 'PAY_PER_REQUEST'
      ? {
          BillingModeSummary: {
            BillingMode: input.BillingMode,
            LastUpdateToPayPerRequestDateTime: table.createdAt / 1000,
          },
        }
      : {}),
    ...(input.OnDemandThroughput === undefined ? {} : { OnDemandThroughput: input.OnDemandThroughput }),
    ...(input.TableClass === undefined ? {} : { TableClassSummary: { TableClass: input.TableClass } }),
    ...encryptionOf(kernel, table),
    ...streamOf(kernel, table),
    ...(global.length === 0
      ? {}
      : { GlobalSecondaryIndexes: global.map((index) => describeGlobal(kernel, table, index)) }),
    ...(local.length === 0 ? {} : { LocalSecondaryIndexes: local.map((index) => describeIndex(kernel, table, index)) }),
  };
}

function indexesOf(table: Table, isLocal: boolean): readonly Index[] {
  return [...table.indexes.values()].filter((index) => index.isLocal === isLocal);
}

function throughputOf(given: Throughput | undefined): object {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = given ?? {};
  return { NumberOfDecreasesToday: 0, ReadCapacityUnits, WriteCapacityUnits };
}

function describeGlobal(kernel: Kernel, table: Table, index: Index): object {
  return {
    ...describeIndex(kernel, table, index),
    IndexStatus: 'ACTIVE',
    ProvisionedThroughput: throughputOf(index.input.ProvisionedThroughput),
  };
}

function describeIndex(kernel: Kernel, table: Table, { input, items }: Index): object {
  const entries = [...items.all()];
  return {
    IndexName: input.IndexName,
    KeySchema: input.KeySchema,
    Projection: input.Projection,
    IndexSizeBytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    ItemCount: entries.length,
    IndexArn: tableArn(kernel, table.name, input.IndexName),
  };
}

function encryptionOf(kernel: Kernel, { input }: Table): object {
  const given = input.SSESpecification;
  if (given?.Enabled !== true) return {};
  const key = given.KMSMasterKeyId ?? 'alias/aws/dynamodb';
  const arn = key.startsWith('arn:')
    ? key
    : `arn:${kernel.partition}:kms:${kernel.region}:${kernel.accountId}:${key.startsWith('alias/') ? key : `key/${key}`}`;
  return { SSEDescription: { Status: 'ENABLED', SSEType: given.SSEType ?? 'KMS', KMSMasterKeyArn: arn } };
}

function streamOf(kernel: Kernel, table: Table): object {
  const given = table.input.StreamSpecification;
  if (given?.StreamEnabled !== true) return {};
  const LatestStreamLabel = new Date(table.createdAt).toISOString().replace('Z', '');
  return {
    StreamSpecification: given,
    LatestStreamLabel,
    LatestStreamArn: `${tableArn(kernel, table.name)}/stream/${LatestStreamLabel}`,
  };
}
