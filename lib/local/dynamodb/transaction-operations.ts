import { createHash } from 'node:crypto';
import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import type { Item } from './dynalite.ts';
import { authorizeTable, type DynamoDbParts, partitionKeyOf } from './dynamodb-parts.ts';
import { tableNameOf } from './table-arn.ts';
import { applyAll, type CancellationReason, type PlannedWrite, planWrite } from './transaction.ts';

/** The most actions of one transaction (DynamoDB Developer Guide, "Quotas"). */
const MOST_ACTIONS = 100;
/** How long a client request token is remembered: 10 minutes (TransactWriteItems in the API reference). */
const TOKEN_LIVES_MS = 600_000;

/** TransactWriteItems and TransactGetItems. */
export function createTransactionOperations(parts: DynamoDbParts): Record<string, Operation> {
  const { kernel, engine, lock, timeToLive } = parts;
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

  return {
    TransactWriteItems: ({ TransactItems, ClientRequestToken }, request) =>
      lock(async () => {
        checkCount(TransactItems);
        const writes: PlannedWrite[] = [];
        for (const entry of TransactItems as readonly object[]) {
          const write = await planWrite(engine, entry);
          const leadingKeys = [write.key[await partitionKeyOf(parts, write.table)]];
          authorizeTable(parts, request, write.iamAction, { table: write.table, leadingKeys });
          writes.push(write);
        }
        const items = writes.map(({ table, key }) => JSON.stringify([table, Object.entries(key).sort()]));
        if (new Set(items).size < items.length) {
          const message = 'Transaction request cannot include multiple operations on one item';
          throw new AwsError('ValidationException', message);
        }
        const digest = createHash('sha256').update(JSON.stringify(TransactItems)).digest('base64');
        if (isRepeated(ClientRequestToken, digest)) return {};
        for (const { table } of writes) await timeToLive.sweep(table);
        const reasons = await applyAll(engine, writes);
        if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
        for (const { table, key } of writes) await timeToLive.noteWrite(table, { key });
        if (ClientRequestToken !== undefined) tokens.set(ClientRequestToken, { digest, at: kernel.clock.now() });
        return {};
      }),

    TransactGetItems: ({ TransactItems }, request) =>
      lock(async () => {
        checkCount(TransactItems);
        const Responses: object[] = [];
        for (const { Get } of TransactItems as readonly { Get: { TableName: unknown; Key: Item } }[]) {
          const table = tableNameOf(Get?.TableName);
          const parsed = engine.parse('GetItem', { ...Get, TableName: table });
          const leadingKeys = [(parsed.Key as Item)[await partitionKeyOf(parts, table)]];
          authorizeTable(parts, request, 'dynamodb:GetItem', { table, leadingKeys });
          await timeToLive.sweep(table);
          const { Item } = await engine.act('GetItem', parsed);
          Responses.push(Item === undefined ? {} : { Item });
        }
        return { Responses };
      }),
  };
}

function checkCount(items: readonly unknown[] | undefined): void {
  const count = items?.length ?? 0;
  if (count >= 1 && count <= MOST_ACTIONS) return;
  const message = `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and ${MOST_ACTIONS}, but has ${count}`;
  throw new AwsError('ValidationException', message);
}

function cancelled(reasons: readonly CancellationReason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', message, { members: { CancellationReasons: reasons } });
}
