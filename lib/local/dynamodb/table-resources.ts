import type { PolicyDocument } from '../kernel/kernel.ts';
import type { CreatedResource, ResourceDeclaration, ResourceProvider } from '../kernel/service.ts';
import { physicalName } from '../template/physical-name.ts';
import type { DynamoDbParts } from './dynamodb-parts.ts';
import { tableArn } from './table-arn.ts';

/** The longest table name (DynamoDB Developer Guide, "Naming rules"). */
const LONGEST_NAME = 255;

interface Throughput {
  readonly ReadCapacityUnits: number | string;
  readonly WriteCapacityUnits: number | string;
}

interface SecondaryIndex {
  readonly IndexName: string;
  readonly KeySchema: unknown;
  readonly Projection: unknown;
  readonly ProvisionedThroughput?: Throughput;
}

/** The CloudFormation resources of DynamoDB. A table that exists already keeps its items and its keys. */
export function createTableResources(parts: DynamoDbParts): Record<string, ResourceProvider> {
  const { kernel, engine, lock, timeToLive, policies, deletionProtected } = parts;

  function provide(declaration: ResourceDeclaration): Promise<CreatedResource> {
    const { properties } = declaration;
    const table: string =
      properties.TableName ?? physicalName(declaration.stackName, declaration.logicalId, { maxLength: LONGEST_NAME });
    // The one replica that matters here is that of this region; a plain table speaks for itself.
    const replica = (properties.Replicas ?? []).find(({ Region }: { Region?: string }) => Region === kernel.region);
    return lock(async () => {
      if ((await engine.table(table)) === undefined) await engine.run('CreateTable', createInput(table, properties));
      while ((await engine.table(table))?.TableStatus !== 'ACTIVE')
        await new Promise((resolve) => setImmediate(resolve));

      const ttl = properties.TimeToLiveSpecification;
      if (ttl?.Enabled === true || ttl?.Enabled === 'true') timeToLive.enable(table, ttl.AttributeName);
      else timeToLive.disable(table);

      const policy: PolicyDocument | undefined = (properties.ResourcePolicy ?? replica?.ResourcePolicy)?.PolicyDocument;
      if (policy === undefined) policies.delete(table);
      else policies.set(table, policy);

      if ((properties.DeletionProtectionEnabled ?? replica?.DeletionProtectionEnabled) === true)
        deletionProtected.add(table);
      else deletionProtected.delete(table);

      if (properties.StreamSpecification !== undefined) {
        kernel.events.emit('notice', { message: `the stream of table ${table} is not simulated: it stays empty` });
      }
      const Arn = tableArn(kernel, table);
      return { ref: table, attributes: { Arn, TableId: declaration.logicalId, StreamArn: `${Arn}/stream/none` } };
    });
  }

  return { 'AWS::DynamoDB::Table': provide, 'AWS::DynamoDB::GlobalTable': provide };
}

/** The input of CreateTable that a template's properties mean. */
function createInput(table: string, properties: ResourceDeclaration['properties']): object {
  const throughput: Throughput | undefined = properties.ProvisionedThroughput;
  const isOnDemand = properties.BillingMode === 'PAY_PER_REQUEST' || throughput === undefined;
  const capacity = (given: Throughput | undefined) =>
    isOnDemand
      ? {}
      : {
          ProvisionedThroughput: {
            ReadCapacityUnits: Number(given?.ReadCapacityUnits ?? 1),
            WriteCapacityUnits: Number(given?.WriteCapacityUnits ?? 1),
          },
        };
  const global: readonly SecondaryIndex[] = properties.GlobalSecondaryIndexes ?? [];
  const local: readonly SecondaryIndex[] = properties.LocalSecondaryIndexes ?? [];
  const keysOf = ({ IndexName, KeySchema, Projection }: SecondaryIndex) => ({ IndexName, KeySchema, Projection });
  return {
    TableName: table,
    KeySchema: properties.KeySchema,
    AttributeDefinitions: properties.AttributeDefinitions,
    BillingMode: isOnDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    ...capacity(throughput),
    ...(global.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: global.map((index) => ({
            ...keysOf(index),
            ...capacity(index.ProvisionedThroughput),
          })),
        }),
    ...(local.length === 0 ? {} : { LocalSecondaryIndexes: local.map(keysOf) }),
  };
}
