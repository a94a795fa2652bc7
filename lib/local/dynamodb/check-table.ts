import type { IndexInput, KeySchemaElement, TableInput } from './table.ts';
import { invalidParameters, validationError } from './validation-error.ts';

/** DynamoDB Developer Guide, "Constraints". */
const MOST_LOCAL_INDEXES = 5;
const MOST_GLOBAL_INDEXES = 20;

/** Checks the input of CreateTable beyond its types. @throws AwsError ValidationException */
export function checkTable(input: TableInput): void {
  checkName(input.TableName);
  checkBilling(input);
  const defined = input.AttributeDefinitions.map(({ AttributeName }) => AttributeName);
  checkSchema(input.KeySchema, defined);
  const global = input.GlobalSecondaryIndexes ?? [];
  const local = input.LocalSecondaryIndexes ?? [];
  const used = new Set(
    [input, ...global, ...local].flatMap(({ KeySchema }) => KeySchema.map((key) => key.AttributeName)),
  );
  if (defined.length !== used.size) {
    throw invalidParameters(
      global.length + local.length === 0
        ? 'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions'
        : `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...used].join(', ')}]`,
    );
  }
  checkIndexLists(input);
  for (const index of local) checkLocalIndex(index, input, defined);
  for (const index of global) checkGlobalIndex(index, input, defined);
  refuseDuplicateNames([...local, ...global]);
}

/** Checks a global index against its table. @throws AwsError ValidationException */
export function checkGlobalIndex(index: IndexInput, table: TableInput, defined: readonly string[]): void {
  checkSchema(index.KeySchema, defined);
  checkProjection(index);
  if (table.BillingMode !== 'PAY_PER_REQUEST' || index.ProvisionedThroughput === undefined) return;
  throw invalidParameters(
    `ProvisionedThroughput should not be specified for index: ${index.IndexName} when BillingMode is PAY_PER_REQUEST`,
  );
}

/** DynamoDB Developer Guide, "Naming rules"; the model's own limits are those of an ARN. */
function checkName(name: string): void {
  if (name.length < 3 || name.length > 255) {
    throw validationError('TableName must be at least 3 characters long and at most 255 characters long');
  }
  if (/^[a-zA-Z0-9_.-]+$/.test(name)) return;
  throw validationError(
    `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
  );
}

/** Checks that capacity is given where it is billed, and there alone. @throws AwsError ValidationException */
export function checkBilling({
  BillingMode,
  ProvisionedThroughput,
}: {
  readonly BillingMode?: TableInput['BillingMode'] | undefined;
  readonly ProvisionedThroughput?: TableInput['ProvisionedThroughput'] | undefined;
}): void {
  if (BillingMode === 'PAY_PER_REQUEST' && ProvisionedThroughput !== undefined) {
    throw invalidParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (BillingMode !== 'PAY_PER_REQUEST' && ProvisionedThroughput === undefined) {
    throw invalidParameters(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
}

function checkSchema(schema: readonly KeySchemaElement[], defined: readonly string[]): void {
  const keys = schema.map(({ AttributeName }) => AttributeName);
  if (keys.some((key) => !defined.includes(key))) {
    throw invalidParameters(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
  }
  if (keys.length === 2 && keys[0] === keys[1]) {
    throw validationError('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  if (schema[0]?.KeyType !== 'HASH') {
    throw validationError('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (schema[1] !== undefined && schema[1].KeyType !== 'RANGE') {
    throw validationError('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
}

function checkProjection({ Projection }: IndexInput): void {
  const type = Projection.ProjectionType;
  if (type === undefined) throw invalidParameters('Unknown ProjectionType: null');
  if (Projection.NonKeyAttributes !== undefined && type !== 'INCLUDE') {
    throw invalidParameters(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
}

function checkIndexLists({ GlobalSecondaryIndexes, LocalSecondaryIndexes, KeySchema }: TableInput): void {
  if (LocalSecondaryIndexes?.length === 0) throw invalidParameters('List of LocalSecondaryIndexes is empty');
  if (GlobalSecondaryIndexes?.length === 0) throw invalidParameters('List of GlobalSecondaryIndexes is empty');
  if (LocalSecondaryIndexes !== undefined && KeySchema.length !== 2) {
    throw invalidParameters(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  if ((LocalSecondaryIndexes?.length ?? 0) > MOST_LOCAL_INDEXES) {
    throw invalidParameters(`Number of LocalSecondaryIndexes exceeds per-table limit of ${MOST_LOCAL_INDEXES}`);
  }
  if ((GlobalSecondaryIndexes?.length ?? 0) > MOST_GLOBAL_INDEXES) {
    throw invalidParameters(`GlobalSecondaryIndex count exceeds the per-table limit of ${MOST_GLOBAL_INDEXES}`);
  }
}

function checkLocalIndex(index: IndexInput, table: TableInput, defined: readonly string[]): void {
  checkSchema(index.KeySchema, defined);
  checkProjection(index);
  if (index.KeySchema.length !== 2) {
    throw invalidParameters(`Index KeySchema does not have a range key for index: ${index.IndexName}`);
  }
  const [own, wanted] = [index.KeySchema[0]?.AttributeName, table.KeySchema[0]?.AttributeName];
  if (own === wanted) return;
  throw invalidParameters(
    `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.IndexName}. index hash key: ${own}, table hash key: ${wanted}`,
  );
}

function refuseDuplicateNames(indexes: readonly IndexInput[]): void {
  const names = new Set<string>();
  for (const { IndexName } of indexes) {
    if (names.has(IndexName)) throw invalidParameters(`Duplicate index name: ${IndexName}`);
    names.add(IndexName);
  }
}
