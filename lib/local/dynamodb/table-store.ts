import { AwsError } from '../kernel/aws-error.ts';
import { checkBilling, checkGlobalIndex, checkTable } from './check-table.ts';
import type { DynamoDbParts } from './dynamodb-parts.ts';
import { type IndexInput, Table, type TableInput } from './table.ts';
import { invalidParameters, tableNotFound, validationError } from './validation-error.ts';

/** What UpdateTable may change. */
export interface TableUpdate
  extends Partial<
    Pick<
      TableInput,
      | 'AttributeDefinitions'
      | 'BillingMode'
      | 'DeletionProtectionEnabled'
      | 'OnDemandThroughput'
      | 'ProvisionedThroughput'
      | 'SSESpecification'
      | 'StreamSpecification'
      | 'TableClass'
    >
  > {
  readonly GlobalSecondaryIndexUpdates?: readonly {
    readonly Create?: IndexInput;
    readonly Delete?: { readonly IndexName: string };
    readonly Update?: Pick<IndexInput, 'IndexName' | 'ProvisionedThroughput'>;
  }[];
}

const KEPT = [
  'AttributeDefinitions',
  'BillingMode',
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'ProvisionedThroughput',
  'SSESpecification',
  'StreamSpecification',
  'TableClass',
] as const;

/** Creates a table. @throws AwsError ResourceInUseException, ValidationException */
export function createTable({ kernel, tables }: DynamoDbParts, input: TableInput): Table {
  checkTable(input);
  if (tables.has(input.TableName)) {
    throw new AwsError('ResourceInUseException', `Table already exists: ${input.TableName}`);
  }
  const table = new Table(input, { id: kernel.uuid(), createdAt: kernel.clock.now() });
  tables.set(input.TableName, table);
  noticeStream({ kernel }, table);
  return table;
}

/** Removes a table with its items. @throws AwsError ResourceNotFoundException, ValidationException */
export function deleteTable({ tables }: DynamoDbParts, name: string): Table {
  const table = tables.get(name);
  if (table === undefined) throw tableNotFound(name);
  if (table.input.DeletionProtectionEnabled === true) {
    const message = `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first: table ${name}`;
    throw validationError(message);
  }
  tables.delete(name);
  return table;
}

/** Changes a table's settings and its global indexes. @throws AwsError */
export function updateTable(parts: Pick<DynamoDbParts, 'kernel'>, table: Table, update: TableUpdate): void {
  const changes = update.GlobalSecondaryIndexUpdates ?? [];
  const kept = KEPT.filter((name) => update[name] !== undefined && update[name] !== null);
  if (changes.length === 0 && kept.length === 0) {
    throw validationError(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  }
  const next = { ...table.input, ...Object.fromEntries(kept.map((name) => [name, update[name]])) };
  const before = next.BillingMode === 'PAY_PER_REQUEST' ? undefined : next.ProvisionedThroughput;
  checkBilling({ ...next, ProvisionedThroughput: update.ProvisionedThroughput ?? before });
  const online = changes.filter(({ Create, Delete }) => Create !== undefined || Delete !== undefined);
  if (online.length > 1) {
    const message = 'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table';
    throw new AwsError('LimitExceededException', message);
  }
  for (const change of changes) checkIndexUpdate(table, next, change);
  const hadStream = table.input.StreamSpecification?.StreamEnabled === true;
  if (update.BillingMode === 'PAY_PER_REQUEST') {
    const { ProvisionedThroughput: _, ...onDemand } = next;
    table.input = onDemand;
  } else table.input = next;
  if (!hadStream) noticeStream(parts, table);
  for (const { Create, Delete, Update } of changes) {
    if (Create !== undefined) table.addIndex(Create, false);
    if (Delete !== undefined) table.indexes.delete(Delete.IndexName);
    const index = Update === undefined ? undefined : table.indexes.get(Update.IndexName);
    if (Update === undefined || index === undefined) continue;
    table.indexes.set(Update.IndexName, { ...index, input: { ...index.input, ...Update } });
  }
}

type IndexUpdate = NonNullable<TableUpdate['GlobalSecondaryIndexUpdates']>[number];

function checkIndexUpdate(table: Table, next: TableInput, { Create, Delete, Update }: IndexUpdate): void {
  const given = [Create, Delete, Update].filter((change) => change !== undefined);
  if (given.length !== 1) {
    throw invalidParameters(
      'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
    );
  }
  if (Create === undefined) {
    const index = table.indexes.get(Delete?.IndexName ?? Update?.IndexName ?? '');
    if (index !== undefined && !index.isLocal) return;
    throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  }
  if (table.indexes.has(Create.IndexName)) {
    throw validationError(`Attempting to create an index which already exists`);
  }
  checkGlobalIndex(
    Create,
    next,
    next.AttributeDefinitions.map(({ AttributeName }) => AttributeName),
  );
}

function noticeStream({ kernel }: Pick<DynamoDbParts, 'kernel'>, { name, input }: Table): void {
  if (input.StreamSpecification?.StreamEnabled !== true) return;
  kernel.events.emit('notice', { message: `the stream of table ${name} is not simulated: it stays empty` });
}
