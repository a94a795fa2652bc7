import { AwsError } from '../kernel/aws-error.ts';
import type { Operation, RequestContext } from '../kernel/service.ts';
import type { DynaliteAction, Item } from './dynalite.ts';
import { authorizeTable, type DynamoDbParts, partitionKeyOf } from './dynamodb-parts.ts';
import { tableNameOf } from './table-arn.ts';

type Write = 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** The operations on items, transactions apart. */
export function createItemOperations(parts: DynamoDbParts): Record<string, Operation> {
  const { engine, lock, timeToLive } = parts;

  function write(action: Write): Operation {
    return (input, request) =>
      lock(async () => {
        const table = tableNameOf(input.TableName);
        const named = { ...input, TableName: table };
        const parsed = engine.parse(action, named);
        // The library builds a new item in the key that it is given.
        const target = structuredClone(parsed.Key ?? parsed.Item) as Item;
        const leadingKeys = [target[await partitionKeyOf(parts, table)]];
        authorizeTable(parts, request, `dynamodb:${action}`, { table, leadingKeys });
        await timeToLive.sweep(table);
        const wantsItem = returnsItemOnFailure(named);
        const output = await engine.act(action, parsed).catch((error) => withItem(error, wantsItem, table, target));
        if (action === 'PutItem') await timeToLive.noteWrite(table, { item: target });
        if (action === 'UpdateItem') await timeToLive.noteWrite(table, { key: target });
        return output;
      });
  }

  /** Adds the item to a failed condition, for those who asked for it. */
  async function withItem(error: unknown, wanted: boolean, table: string, target: Item): Promise<never> {
    if (!wanted || !(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
    const names = (await engine.table(table))?.KeySchema.map(({ AttributeName }) => AttributeName) ?? [];
    const Key = Object.fromEntries(names.map((name) => [name, target[name]]));
    const { Item } = await engine.run('GetItem', { TableName: table, Key, ConsistentRead: true });
    throw new AwsError(error.code, error.message, Item === undefined ? {} : { members: { Item } });
  }

  function search(action: 'Query' | 'Scan'): Operation {
    return (input, request) =>
      lock(async () => {
        const table = tableNameOf(input.TableName);
        const parsed = engine.parse(action, { ...input, TableName: table });
        const leadingKeys = Object.values(parsed.KeyConditions ?? {})
          .slice(0, 1)
          .map(({ AttributeValueList }) => AttributeValueList[0]);
        const index: string | undefined = input.IndexName;
        authorizeTable(parts, request, `dynamodb:${action}`, { table, index, leadingKeys });
        await timeToLive.sweep(table);
        return engine.act(action, parsed);
      });
  }

  /** What BatchGetItem and BatchWriteItem have in common: one question and one sweep a table. */
  async function openBatch(
    action: DynaliteAction,
    input: { RequestItems?: Readonly<Record<string, unknown>> },
    request: RequestContext,
    keysOf: (requests: unknown) => readonly Item[],
  ): Promise<Readonly<Record<string, unknown>>> {
    const RequestItems = Object.fromEntries(
      Object.entries(input.RequestItems ?? {}).map(([table, requests]) => [tableNameOf(table), requests]),
    );
    engine.parse(action, { ...input, RequestItems });
    for (const [table, requests] of Object.entries(RequestItems)) {
      const name = await partitionKeyOf(parts, table);
      const leadingKeys = keysOf(requests).map((item) => item[name]);
      authorizeTable(parts, request, `dynamodb:${action}`, { table, leadingKeys });
      await timeToLive.sweep(table);
    }
    return RequestItems;
  }

  return {
    PutItem: write('PutItem'),
    UpdateItem: write('UpdateItem'),
    DeleteItem: write('DeleteItem'),
    Query: search('Query'),
    Scan: search('Scan'),

    GetItem: (input, request) =>
      lock(async () => {
        const table = tableNameOf(input.TableName);
        const parsed = engine.parse('GetItem', { ...input, TableName: table });
        const leadingKeys = [(parsed.Key as Item)[await partitionKeyOf(parts, table)]];
        authorizeTable(parts, request, 'dynamodb:GetItem', { table, leadingKeys });
        await timeToLive.sweep(table);
        return engine.act('GetItem', parsed);
      }),

    BatchGetItem: (input, request) =>
      lock(async () => {
        const keysOf = (requests: unknown) => (requests as { Keys: Item[] }).Keys;
        const RequestItems = await openBatch('BatchGetItem', input, request, keysOf);
        return engine.run('BatchGetItem', { ...input, RequestItems });
      }),

    BatchWriteItem: (input, request) =>
      lock(async () => {
        const keysOf = (requests: unknown) => (requests as BatchWrite[]).map(writtenOf);
        const RequestItems = await openBatch('BatchWriteItem', input, request, keysOf);
        const output = await engine.run('BatchWriteItem', { ...input, RequestItems });
        for (const [table, requests] of Object.entries(RequestItems)) {
          for (const item of keysOf(requests)) await timeToLive.noteWrite(table, { item });
        }
        return output;
      }),
  };
}

interface BatchWrite {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

function writtenOf({ PutRequest, DeleteRequest }: BatchWrite): Item {
  return PutRequest?.Item ?? DeleteRequest?.Key ?? {};
}

/** Whether a write wants the item when its condition fails. @throws AwsError ValidationException */
export function returnsItemOnFailure(input: Readonly<Record<string, unknown>>): boolean {
  const value = input.ReturnValuesOnConditionCheckFailure;
  if (value === undefined || value === null || value === 'NONE') return false;
  if (value === 'ALL_OLD') return true;
  const message = `1 validation error detected: Value '${String(value)}' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]`;
  throw new AwsError('ValidationException', message);
}
