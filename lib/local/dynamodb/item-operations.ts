import type { Operation } from '../kernel/service.ts';
import { consumed, readUnits, writeUnits } from './capacity.ts';
import { checkKey } from './check-keys.ts';
import { authorizeTable, type DynamoDbParts, openTable } from './dynamodb-parts.ts';
import { project } from './expression/document.ts';
import { withLegacyRead } from './expression/legacy-parameters.ts';
import { readExpressions } from './expression/read-expressions.ts';
import { namedAttributes } from './named-attributes.ts';
import { carryOut, checkReturnValues, planWrite, returnedAttributes, type WriteKind } from './planned-write.ts';
import { requestKeys, selectOf } from './request-keys.ts';
import { planSearch } from './search.ts';
import { tableNameOf } from './table-arn.ts';
import { itemSize } from './value-size.ts';

/** The operations on single items, Query and Scan. */
export function createItemOperations(parts: DynamoDbParts): Record<string, Operation> {
  function write(kind: WriteKind): Operation {
    return (input, request) => {
      const name = tableNameOf(input.TableName);
      const ask = (leadingKeys: readonly object[], attributes?: readonly string[]) =>
        authorizeTable(parts, request, `dynamodb:${kind}Item`, {
          table: name,
          leadingKeys,
          context: requestKeys(input, attributes),
        });
      if (!parts.tables.has(name)) ask([]);
      const table = openTable(parts, name);
      checkReturnValues(kind, input.ReturnValues);
      const planned = planWrite(kind, table, input);
      ask([planned.key[table.key.hash] ?? {}], planned.attributes);
      const done = carryOut(planned);
      const Attributes = returnedAttributes(planned, input.ReturnValues, done);
      const bytes = Math.max(itemSize(done.before ?? {}), itemSize(done.after ?? {}));
      return {
        ...(Attributes === undefined ? {} : { Attributes }),
        ...consumed(input, table, writeUnits(bytes)),
      };
    };
  }

  function search(action: 'Query' | 'Scan'): Operation {
    return (input, request) => {
      const name = tableNameOf(input.TableName);
      const ask = (leadingKeys: readonly object[], Select = input.Select, attributes: readonly string[] = []) =>
        authorizeTable(parts, request, `dynamodb:${action}`, {
          table: name,
          index: input.IndexName,
          leadingKeys,
          context: requestKeys({ ...input, Select }, attributes),
        });
      if (!parts.tables.has(name)) ask([]);
      const table = openTable(parts, name);
      const { hash, select, attributes, run } = planSearch(action, table, input);
      ask(hash === undefined ? [] : [hash], select, attributes);
      const { result, bytes } = run();
      return { ...result, ...consumed(input, table, readUnits(bytes, input.ConsistentRead)) };
    };
  }

  return {
    PutItem: write('Put'),
    UpdateItem: write('Update'),
    DeleteItem: write('Delete'),
    Query: search('Query'),
    Scan: search('Scan'),

    GetItem(given, request) {
      const input = withLegacyRead(given);
      const name = tableNameOf(given.TableName);
      if (!parts.tables.has(name)) {
        authorizeTable(parts, request, 'dynamodb:GetItem', { table: name, context: requestKeys(given) });
      }
      const table = openTable(parts, name);
      const expressions = readExpressions(input, ['ProjectionExpression']);
      const { projection } = expressions;
      const key = checkKey(table, given.Key);
      const Select = selectOf({}, projection !== undefined);
      const context = requestKeys({ ...given, Select }, namedAttributes(expressions, key));
      authorizeTable(parts, request, 'dynamodb:GetItem', { table: name, leadingKeys: [key[table.key.hash]], context });
      const item = table.get(key);
      const units = readUnits(item === undefined ? 0 : itemSize(item), given.ConsistentRead);
      return {
        ...(item === undefined ? {} : { Item: projection === undefined ? item : project(item, projection) }),
        ...consumed(given, table, units),
      };
    },
  };
}
