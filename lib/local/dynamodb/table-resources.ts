import { checkPolicy } from '../identity/policy/check-policy.ts';
import type { CreatedResource, ResourceDeclaration, ResourceProvider } from '../kernel/service.ts';
import { physicalName } from '../template/physical-name.ts';
import type { DynamoDbParts } from './dynamodb-parts.ts';
import type { IndexInput, TableInput } from './table.ts';
import { tableArn } from './table-arn.ts';
import { createTable } from './table-store.ts';
import { addTags } from './table-tags.ts';
import { invalidPolicy } from './validation-error.ts';

/** The longest table name (DynamoDB Developer Guide, "Naming rules"). */
const LONGEST_NAME = 255;
const DEFAULT_RECOVERY_DAYS = 35;

interface Throughput {
  readonly ReadCapacityUnits: number | string;
  readonly WriteCapacityUnits: number | string;
}

type SecondaryIndex = Omit<IndexInput, 'ProvisionedThroughput'> & { readonly ProvisionedThroughput?: Throughput };

/** Templates write booleans as text, too. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** The CloudFormation resources of DynamoDB. A table that exists already keeps its items and its keys. */
export function createTableResources(parts: DynamoDbParts): Record<string, ResourceProvider> {
  const { kernel, tables } = parts;

  function provide(declaration: ResourceDeclaration): CreatedResource {
    const { properties } = declaration;
    const name: string =
      properties.TableName ?? physicalName(declaration.stackName, declaration.logicalId, { maxLength: LONGEST_NAME });
    // The one replica that matters here is that of this region; a plain table speaks for itself.
    const replica = (properties.Replicas ?? []).find(({ Region }: { Region?: string }) => Region === kernel.region);
    const table = tables.get(name) ?? createTable(parts, createInput(name, properties));

    const ttl = properties.TimeToLiveSpecification;
    if (isTrue(ttl?.Enabled)) table.timeToLive.enable(ttl.AttributeName);
    else table.timeToLive.disable();
    const policy = (properties.ResourcePolicy ?? replica?.ResourcePolicy)?.PolicyDocument;
    table.policy = policy === undefined ? undefined : checkPolicy(policy, 'resource', invalidPolicy);
    const recovery = properties.PointInTimeRecoverySpecification ?? replica?.PointInTimeRecoverySpecification;
    table.pointInTimeRecovery = isTrue(recovery?.PointInTimeRecoveryEnabled)
      ? { RecoveryPeriodInDays: Number(recovery.RecoveryPeriodInDays ?? DEFAULT_RECOVERY_DAYS) }
      : undefined;
    const DeletionProtectionEnabled = isTrue(
      properties.DeletionProtectionEnabled ?? replica?.DeletionProtectionEnabled,
    );
    table.input = { ...table.input, DeletionProtectionEnabled };
    addTags(table.tags, properties.Tags ?? replica?.Tags ?? []);

    const Arn = tableArn(kernel, name);
    return { ref: name, attributes: { Arn, TableId: declaration.logicalId, StreamArn: `${Arn}/stream/none` } };
  }

  return { 'AWS::DynamoDB::Table': provide, 'AWS::DynamoDB::GlobalTable': provide };
}

/** The input of CreateTable that a template's properties mean. */
function createInput(table: string, properties: ResourceDeclaration['properties']): TableInput {
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
    ...(properties.StreamSpecification === undefined
      ? {}
      : { StreamSpecification: { StreamEnabled: true, ...properties.StreamSpecification } }),
    ...(properties.TableClass === undefined ? {} : { TableClass: properties.TableClass }),
    ...encryption(properties.SSESpecification),
  };
}

/** CloudFormation spells one member otherwise than the API. */
function encryption(given: Readonly<Record<string, unknown>> | undefined): Pick<TableInput, 'SSESpecification'> {
  if (given === undefined) return {};
  const { SSEEnabled, ...rest } = given;
  return { SSESpecification: { ...rest, Enabled: isTrue(SSEEnabled) } };
}
