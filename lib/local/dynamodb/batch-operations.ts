import type { Operation } from '../kernel/service.ts';
import type { Item } from './attribute-value.ts';
import { readUnits, writeUnits } from './capacity.ts';
import { checkKey } from './check-keys.ts';
import { authorizeTable, type DynamoDbParts, openTable } from './dynamodb-parts.ts';
import { project } from './expression/document.ts';
import { withLegacyRead } from './expression/legacy-parameters.ts';
import { type ExpressionInput, readExpressions } from './expression/read-expressions.ts';
import { namedAttributes } from './named-attributes.ts';
import { carryOut, type PlannedWrite, planWrite } from './planned-write.ts';
import { requestKeys, selectOf } from './request-keys.ts';
import type { Table } from './table.ts';
import { tableNameOf } from './table-arn.ts';
import { validationError } from './validation-error.ts';
import { itemSize } from './value-size.ts';

/** API reference of BatchGetItem and BatchWriteItem. */
const MOST_READS = 100;
const MOST_WRITES = 25;
const MOST_READ_BYTES = 16 * 1024 * 1024;

interface KeysAndAttributes extends ExpressionInput {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean;
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

/** BatchGetItem and BatchWriteItem. */
export function createBatchOperations(parts: DynamoDbParts): Record<string, Operation> {
  return {
    BatchGetItem(input, request) {
      const requests = entriesOf<KeysAndAttributes>(input.RequestItems);
      const count = requests.reduce((sum, [, { Keys }]) => sum + Keys.length, 0);
      if (count > MOST_READS) throw validationError('Too many items requested for the BatchGetItem call');
      const reads = requests.map(([name, wanted]) => {
        const table = openTable(parts, name);
        const expressions = readExpressions(withLegacyRead(wanted), ['ProjectionExpression']);
        const { projection } = expressions;
        const keys = wanted.Keys.map((key) => checkKey(table, key));
        refuseDuplicates(table, keys);
        const leadingKeys = keys.map((key) => key[table.key.hash]);
        const Select = selectOf({}, projection !== undefined);
        const context = requestKeys({ ...input, Select }, namedAttributes(expressions, ...keys));
        authorizeTable(parts, request, 'dynamodb:BatchGetItem', { table: name, leadingKeys, context });
        return { name, table, wanted, projection, keys };
      });

      const Responses: Record<string, Item[]> = {};
      const UnprocessedKeys: Record<string, KeysAndAttributes> = {};
      const units = new Map<Table, number>();
      let bytes = 0;
      for (const { name, table, wanted, projection, keys } of reads) {
        Responses[name] = [];
        for (const [index, key] of keys.entries()) {
          const item = table.get(key);
          const size = item === undefined ? 0 : itemSize(item);
          if (bytes + size > MOST_READ_BYTES) {
            UnprocessedKeys[name] = { ...wanted, Keys: keys.slice(index) };
            break;
          }
          bytes += size;
          units.set(table, (units.get(table) ?? 0) + readUnits(size, wanted.ConsistentRead));
          if (item !== undefined) Responses[name].push(projection === undefined ? item : project(item, projection));
        }
      }
      return { Responses, UnprocessedKeys, ...capacities(input, units) };
    },

    BatchWriteItem(input, request) {
      const requests = entriesOf<readonly WriteRequest[]>(input.RequestItems);
      const count = requests.reduce((sum, [, writes]) => sum + writes.length, 0);
      if (count > MOST_WRITES) throw validationError('Too many items requested for the BatchWriteItem call');
      const planned: PlannedWrite[] = [];
      for (const [name, writes] of requests) {
        const table = openTable(parts, name);
        const plans = writes.map((write) => planBatched(table, write));
        refuseDuplicates(
          table,
          plans.map(({ key }) => key),
        );
        const leadingKeys = plans.map(({ key }) => key[table.key.hash]);
        const attributes = [...new Set(plans.flatMap((planned) => planned.attributes))];
        const context = requestKeys(input, attributes);
        authorizeTable(parts, request, 'dynamodb:BatchWriteItem', { table: name, leadingKeys, context });
        planned.push(...plans);
      }
      const units = new Map<Table, number>();
      for (const write of planned) {
        const { before, after } = carryOut(write);
        const bytes = Math.max(itemSize(before ?? {}), itemSize(after ?? {}));
        units.set(write.table, (units.get(write.table) ?? 0) + writeUnits(bytes));
      }
      return { UnprocessedItems: {}, ...capacities(input, units) };
    },
  };
}

/** The tables of a batch, by name, though some may be given by ARN. */
function entriesOf<Request>(items: Readonly<Record<string, Request>>): readonly (readonly [string, Request])[] {
  return Object.entries(items).map(([table, requests]) => [tableNameOf(table), requests] as const);
}

function planBatched(table: Table, { PutRequest, DeleteRequest }: WriteRequest): PlannedWrite {
  if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
    const message =
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes';
    throw validationError(message);
  }
  return PutRequest === undefined
    ? planWrite('Delete', table, { Key: DeleteRequest?.Key ?? {} })
    : planWrite('Put', table, { Item: PutRequest.Item });
}

function refuseDuplicates(table: Table, keys: readonly Item[]): void {
  const ids = keys.map((key) => table.idOf(key));
  if (new Set(ids).size < ids.length) throw validationError('Provided list of item keys contains duplicates');
}

/** `ConsumedCapacity` as batches and transactions have it: one entry a table. */
export function capacities(
  { ReturnConsumedCapacity }: { readonly ReturnConsumedCapacity?: string },
  units: ReadonlyMap<Table, number>,
): { readonly ConsumedCapacity?: readonly object[] } {
  if (ReturnConsumedCapacity !== 'TOTAL' && ReturnConsumedCapacity !== 'INDEXES') return {};
  return { ConsumedCapacity: [...units].map(([{ name }, CapacityUnits]) => ({ TableName: name, CapacityUnits })) };
}
