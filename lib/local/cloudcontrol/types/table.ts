import { HandlerError } from '../handler-error.ts';
import type { HandlerCall, Model, ResourceSchema, ResourceType } from '../resource-type.ts';
import { compact, FLAG, LIST, named, OBJECT, TAGS, type Tag, TEXT, tagChanges, tagsOf } from '../schema-parts.ts';

const WITHOUT_EFFECT = [
  'ContributorInsightsSpecification',
  'ImportSourceSpecification',
  'KinesisStreamSpecification',
  'OnDemandThroughput',
  'PointInTimeRecoverySpecification',
  'ResourcePolicy',
  'SSESpecification',
  'StreamSpecification',
  'TableClass',
  'WarmThroughput',
];
const INDEXES = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'];

const schema: ResourceSchema = {
  typeName: 'AWS::DynamoDB::Table',
  properties: {
    ...named(OBJECT, 'ProvisionedThroughput', 'TimeToLiveSpecification', ...WITHOUT_EFFECT),
    ...named(LIST, 'AttributeDefinitions', ...INDEXES),
    ...named(TEXT, 'TableName', 'BillingMode', 'TableClass', 'Arn', 'StreamArn'),
    KeySchema: { type: ['array', 'object'] },
    DeletionProtectionEnabled: FLAG,
    Tags: TAGS,
  },
  required: ['KeySchema'],
  primaryIdentifier: ['TableName'],
  readOnly: ['Arn', 'StreamArn'],
  createOnly: ['TableName', 'ImportSourceSpecification'],
  writeOnly: ['ImportSourceSpecification'],
  withoutEffect: WITHOUT_EFFECT,
  permissions: {
    create: ['dynamodb:CreateTable', 'dynamodb:DescribeTable', 'dynamodb:UpdateTimeToLive', 'dynamodb:TagResource'],
    read: ['dynamodb:DescribeTable', 'dynamodb:DescribeTimeToLive', 'dynamodb:ListTagsOfResource'],
    update: ['dynamodb:UpdateTable', 'dynamodb:UpdateTimeToLive', 'dynamodb:TagResource', 'dynamodb:UntagResource'],
    delete: ['dynamodb:DeleteTable', 'dynamodb:DescribeTable'],
    list: ['dynamodb:ListTables'],
  },
};

/** Tables of DynamoDB. */
export const table: ResourceType = {
  schema,
  async create(model, call) {
    const TableName = String(model.TableName ?? call.generatedName());
    const { KeySchema, AttributeDefinitions, ProvisionedThroughput, GlobalSecondaryIndexes, LocalSecondaryIndexes } =
      model;
    await call.api.json(
      'dynamodb',
      'CreateTable',
      compact({
        TableName,
        KeySchema,
        AttributeDefinitions,
        GlobalSecondaryIndexes,
        LocalSecondaryIndexes,
        ProvisionedThroughput,
        BillingMode: billingMode(model),
        DeletionProtectionEnabled: model.DeletionProtectionEnabled,
      }),
    );
    await expire(TableName, model, {}, call);
    if (tagsOf(model).length > 0) {
      await call.api.json('dynamodb', 'TagResource', { ResourceArn: arnOf(TableName, call), Tags: tagsOf(model) });
    }
    return TableName;
  },
  async read(TableName, call) {
    const { api } = call;
    const { Table } = await api.json('dynamodb', 'DescribeTable', { TableName });
    const { TimeToLiveDescription: ttl } = await api.json('dynamodb', 'DescribeTimeToLive', { TableName });
    const { Tags } = await api.json('dynamodb', 'ListTagsOfResource', { ResourceArn: Table.TableArn });
    const isOnDemand = Table.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST';
    return compact({
      TableName,
      Arn: Table.TableArn,
      KeySchema: Table.KeySchema,
      AttributeDefinitions: Table.AttributeDefinitions,
      BillingMode: isOnDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
      ProvisionedThroughput: isOnDemand ? undefined : throughput(Table.ProvisionedThroughput),
      GlobalSecondaryIndexes: Table.GlobalSecondaryIndexes?.map((index: Model) => indexOf(index, isOnDemand)),
      LocalSecondaryIndexes: Table.LocalSecondaryIndexes?.map((index: Model) => indexOf(index, true)),
      DeletionProtectionEnabled: Table.DeletionProtectionEnabled,
      TimeToLiveSpecification: ttl?.AttributeName && { AttributeName: ttl.AttributeName, Enabled: true },
      Tags: (Tags as readonly Tag[] | undefined)?.length ? Tags : undefined,
    });
  },
  async update(TableName, desired, former, call) {
    const { api } = call;
    const differs = (name: string) => JSON.stringify(desired[name]) !== JSON.stringify(former[name]);
    for (const name of ['KeySchema', 'AttributeDefinitions', ...INDEXES].filter(differs)) {
      throw new HandlerError(
        'InvalidRequest',
        `${name} of an existing table is not changed by the local cloud; make another table`,
      );
    }
    const changed = ['BillingMode', 'ProvisionedThroughput', 'DeletionProtectionEnabled'].filter(differs);
    if (changed.length > 0) {
      const { ProvisionedThroughput, DeletionProtectionEnabled = false } = desired;
      const BillingMode = differs('BillingMode') ? billingMode(desired) : undefined;
      const Throughput = differs('ProvisionedThroughput') ? ProvisionedThroughput : undefined;
      const input = { TableName, BillingMode, ProvisionedThroughput: Throughput, DeletionProtectionEnabled };
      await api.json('dynamodb', 'UpdateTable', compact(input));
    }
    await expire(TableName, desired, former, call);
    const ResourceArn = arnOf(TableName, call);
    const { put, gone } = tagChanges(tagsOf(former), tagsOf(desired));
    if (gone.length > 0) await api.json('dynamodb', 'UntagResource', { ResourceArn, TagKeys: gone });
    if (put.length > 0) await api.json('dynamodb', 'TagResource', { ResourceArn, Tags: put });
  },
  async delete(TableName, { api }) {
    await api.json('dynamodb', 'DeleteTable', { TableName });
  },
  list: async (_model, { api }) => (await api.json('dynamodb', 'ListTables', {})).TableNames,
};

function arnOf(name: string, { place }: HandlerCall): string {
  return `arn:${place.partition}:dynamodb:${place.region}:${place.accountId}:table/${name}`;
}

function billingMode({ BillingMode, ProvisionedThroughput }: Model): unknown {
  return BillingMode ?? (ProvisionedThroughput === undefined ? 'PAY_PER_REQUEST' : 'PROVISIONED');
}

function throughput({ ReadCapacityUnits, WriteCapacityUnits }: Model): Model {
  return { ReadCapacityUnits, WriteCapacityUnits };
}

function indexOf({ IndexName, KeySchema, Projection, ProvisionedThroughput }: Model, withoutCapacity: boolean): Model {
  const capacity = withoutCapacity ? undefined : throughput((ProvisionedThroughput ?? {}) as Model);
  return compact({ IndexName, KeySchema, Projection, ProvisionedThroughput: capacity });
}

interface TimeToLive {
  readonly Enabled?: boolean;
  readonly AttributeName?: string;
}

async function expire(TableName: string, desired: Model, former: Model, { api }: HandlerCall): Promise<void> {
  const wanted = (desired.TimeToLiveSpecification ?? {}) as TimeToLive;
  const there = (former.TimeToLiveSpecification ?? {}) as TimeToLive;
  if ((wanted.Enabled === true) === (there.Enabled === true)) return;
  const specification = {
    Enabled: wanted.Enabled === true,
    AttributeName: wanted.AttributeName ?? there.AttributeName,
  };
  await api.json('dynamodb', 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: specification });
}
