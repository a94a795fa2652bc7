import { createHash } from 'node:crypto';
import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import type { Item } from './attribute-value.ts';
import { capacities } from './batch-operations.ts';
import { readUnits, writeUnits } from './capacity.ts';
import { checkKey } from './check-keys.ts';
import { authorizeTable, type DynamoDbParts, openTable } from './dynamodb-parts.ts';
import { project } from './expression/document.ts';
import { readExpressions } from './expression/read-expressions.ts';
import { namedAttributes } from './named-attributes.ts';
import { type PlannedWrite, planWrite, store, type WriteKind } from './planned-write.ts';
import { requestKeys, selectOf } from './request-keys.ts';
import type { Table } from './table.ts';
import { tableNameOf } from './table-arn.ts';
import { validationError } from './validation-error.ts';
import { itemSize } from './value-size.ts';

/** How long a client request token is remembered: 10 minutes (TransactWriteItems in the API reference). */
const TOKEN_LIVES_MS = 600_000;
/** The most bytes of all items of a transaction (Developer Guide, "Amazon DynamoDB Transactions"). */
const MOST_BYTES = 4 * 1024 * 1024;
const KINDS: readonly WriteKind[] = ['ConditionCheck', 'Put', 'Update', 'Delete'];
const REQUIRED = {
  ConditionCheck: 'ConditionExpression',
  Put: 'Item',
  Update: 'UpdateExpression',
  Delete: 'Key',
} as const;

/** Why one action of a transaction failed, or `None`. */
interface CancellationReason {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  readonly Message?: string;
  readonly Item?: Item;
}

/** What one action would make of its item. */
interface Outcome {
  readonly reason: CancellationReason;
  readonly after?: Item | undefined;
}

/** TransactWriteItems and TransactGetItems. */
export function createTransactionOperations(parts: DynamoDbParts): Record<string, Operation> {
  const { kernel } = parts;
  const tokens = new Map<string, { readonly digest: string; readonly at: number }>();

  /** Whether a request with this token has been carried out already. @throws AwsError IdempotentParameterMismatchException */
  function isRepeated(token: string | undefined, digest: string): boolean {
    const oldest = kernel.clock.now() - TOKEN_LIVES_MS;
    for (const [known, { at }] of tokens) if (at < oldest) tokens.delete(known);
    const known = token === undefined ? undefined : tokens.get(token);
    if (known === undefined) return false;
    if (known.digest === digest) return true;
    const message = 'The ClientRequestToken was used before with other parameters';
    throw new AwsError('IdempotentParameterMismatchException', message);
  }

  function plan(entry: Readonly<Record<string, { readonly TableName?: unknown }>>, position: number): PlannedWrite {
    const given = KINDS.filter((kind) => entry[kind] !== undefined && entry[kind] !== null);
    const [kind] = given;
    if (kind === undefined || given.length > 1) {
      throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    const content = entry[kind] as Readonly<Record<string, unknown>>;
    const required = REQUIRED[kind];
    if (content[required] === undefined) {
      const member = required.charAt(0).toLowerCase() + required.slice(1);
      const path = `transactItems.${position + 1}.member.${kind.charAt(0).toLowerCase()}${kind.slice(1)}.${member}`;
      throw validationError(
        `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
      );
    }
    return planWrite(kind, openTable(parts, tableNameOf(content.TableName)), content);
  }

  return {
    TransactWriteItems({ TransactItems, ClientRequestToken, ReturnConsumedCapacity }, request) {
      const writes = (TransactItems as readonly Parameters<typeof plan>[0][]).map(plan);
      for (const { kind, table, key, attributes } of writes) {
        const action = kind === 'ConditionCheck' ? 'dynamodb:ConditionCheckItem' : `dynamodb:${kind}Item`;
        const context = requestKeys({ ReturnConsumedCapacity }, attributes);
        authorizeTable(parts, request, action, { table: table.name, leadingKeys: [key[table.key.hash]], context });
      }
      const items = writes.map(({ table, key }) => `${table.name}\0${table.idOf(key)}`);
      if (new Set(items).size < items.length) {
        throw validationError('Transaction request cannot include multiple operations on one item');
      }
      const digest = createHash('sha256').update(JSON.stringify(TransactItems)).digest('base64');
      if (isRepeated(ClientRequestToken, digest)) return {};
      const outcomes = writes.map(tryOut);
      const reasons = outcomes.map(({ reason }) => reason);
      if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
      refuseTooLarge(outcomes.map(({ after }) => after));
      const units = new Map<Table, number>();
      for (const [index, write] of writes.entries()) {
        const after = outcomes[index]?.after;
        // A transaction reads and writes each item twice.
        const used = 2 * writeUnits(itemSize(after ?? {}));
        units.set(write.table, (units.get(write.table) ?? 0) + used);
        store(write, after);
      }
      if (ClientRequestToken !== undefined) tokens.set(ClientRequestToken, { digest, at: kernel.clock.now() });
      return capacities({ ReturnConsumedCapacity }, units);
    },

    TransactGetItems({ TransactItems, ReturnConsumedCapacity }, request) {
      const units = new Map<Table, number>();
      const gets = TransactItems as readonly {
        Get: { TableName: unknown; Key: Item; ProjectionExpression?: string };
      }[];
      const read: (Item | undefined)[] = [];
      const Responses = gets.map(({ Get }) => {
        const table = openTable(parts, tableNameOf(Get.TableName));
        const expressions = readExpressions(Get, ['ProjectionExpression']);
        const { projection } = expressions;
        const key = checkKey(table, Get.Key);
        const leadingKeys = [key[table.key.hash]];
        const Select = selectOf({}, projection !== undefined);
        const context = requestKeys({ ReturnConsumedCapacity, Select }, namedAttributes(expressions, key));
        authorizeTable(parts, request, 'dynamodb:GetItem', { table: table.name, leadingKeys, context });
        const item = table.get(key);
        const used = 2 * readUnits(item === undefined ? 0 : itemSize(item), true);
        units.set(table, (units.get(table) ?? 0) + used);
        read.push(item);
        if (item === undefined) return {};
        return { Item: projection === undefined ? item : project(item, projection) };
      });
      refuseTooLarge(read);
      return { Responses, ...capacities({ ReturnConsumedCapacity }, units) };
    },
  };
}

/** @throws AwsError ValidationException */
function refuseTooLarge(items: readonly (Item | undefined)[]): void {
  const bytes = items.reduce((sum, item) => sum + itemSize(item ?? {}), 0);
  if (bytes <= MOST_BYTES) return;
  throw validationError(`The items of a transaction have at most ${MOST_BYTES} bytes together, but have ${bytes}`);
}

function tryOut(write: PlannedWrite): Outcome {
  const current = write.table.get(write.key);
  if (!write.conditionHolds(current)) {
    const item = write.returnsItemOnFailure && current !== undefined ? { Item: current } : {};
    return { reason: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...item } };
  }
  try {
    return { reason: { Code: 'None' }, after: write.next(current) };
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ValidationException') throw error;
    return { reason: { Code: 'ValidationError', Message: error.message } };
  }
}

function cancelled(reasons: readonly CancellationReason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', message, {
    members: { Message: message, CancellationReasons: reasons },
  });
}
