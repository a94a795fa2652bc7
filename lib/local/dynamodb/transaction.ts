import { AwsError } from '../kernel/aws-error.ts';
import type { Item, ParsedInput } from './dynalite.ts';
import { returnsItemOnFailure } from './item-operations.ts';
import { tableNameOf } from './table-arn.ts';
import type { TableEngine } from './table-engine.ts';

/** Why one action of a transaction failed, or `None`. */
export interface CancellationReason {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  readonly Message?: string;
  readonly Item?: Item;
}

/** One action of a TransactWriteItems, read and checked. */
export interface PlannedWrite {
  readonly table: string;
  readonly key: Item;
  readonly iamAction: string;
  readonly parsed: ParsedInput;
  /** Absent for a condition check, which writes nothing. */
  readonly action?: 'PutItem' | 'UpdateItem' | 'DeleteItem';
  readonly returnsItem: boolean;
}

/** Each kind of action: what carries it out, and what it must have. */
const KINDS = {
  Put: { action: 'PutItem', required: 'Item' },
  Update: { action: 'UpdateItem', required: 'UpdateExpression' },
  Delete: { action: 'DeleteItem', required: 'Key' },
  ConditionCheck: { action: 'DeleteItem', required: 'ConditionExpression' },
} as const;

/** Reads one entry of a TransactWriteItems. @throws AwsError ValidationException, ResourceNotFoundException */
export async function planWrite(engine: TableEngine, entry: object): Promise<PlannedWrite> {
  const given = Object.entries(entry).filter(([, value]) => value !== undefined && value !== null);
  const [name, content] = given[0] ?? [];
  if (given.length !== 1 || name === undefined || !Object.hasOwn(KINDS, name)) {
    const message = 'TransactItems can only contain one of Check, Put, Update or Delete';
    throw new AwsError('ValidationException', message);
  }
  const { action, required } = KINDS[name as keyof typeof KINDS];
  if (content[required] === undefined) {
    const message = `1 validation error detected: Value null at 'transactItems.1.member.${name}.${required}' failed to satisfy constraint: Member must not be null`;
    throw new AwsError('ValidationException', message);
  }
  const table = tableNameOf(content.TableName);
  const input = { ...content, TableName: table };
  const parsed = engine.parse(action, input);
  const description = await engine.table(table);
  if (description === undefined) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  const source = (parsed.Key ?? parsed.Item) as Item;
  const names = parsed.Key === undefined ? description.KeySchema.map((key) => key.AttributeName) : Object.keys(source);
  const key = Object.fromEntries(
    names.flatMap((attribute) => {
      const value = source[attribute];
      return value === undefined ? [] : [[attribute, value]];
    }),
  );
  const isCheck = name === 'ConditionCheck';
  return {
    table,
    key,
    parsed,
    iamAction: isCheck ? 'dynamodb:ConditionCheckItem' : `dynamodb:${action}`,
    returnsItem: returnsItemOnFailure(input),
    ...(isCheck ? {} : { action }),
  };
}

/**
 * Checks all conditions, then carries all writes out; when one of them fails, those before it are taken back.
 * Nothing else may change the tables meanwhile. Gives one reason for each write, in order.
 */
export async function applyAll(
  engine: TableEngine,
  writes: readonly PlannedWrite[],
): Promise<readonly CancellationReason[]> {
  const before: (Item | undefined)[] = [];
  const reasons: CancellationReason[] = [];
  for (const [index, { table, key, parsed, returnsItem }] of writes.entries()) {
    reasons.push(
      await reasonOf(async () => {
        const { Item } = await engine.run('GetItem', { TableName: table, Key: key, ConsistentRead: true });
        const item = Item as Item | undefined;
        before[index] = item;
        if (engine.conditionHolds(parsed, item)) return NONE;
        const Message = 'The conditional request failed';
        const returned = returnsItem && item !== undefined ? { Item: item } : {};
        return { Code: 'ConditionalCheckFailed', Message, ...returned };
      }),
    );
  }
  if (reasons.some(({ Code }) => Code !== 'None')) return reasons;

  for (const [index, { action, parsed }] of writes.entries()) {
    if (action === undefined) continue;
    const reason = await reasonOf(async () => {
      await engine.act(action, parsed);
      return NONE;
    });
    if (reason.Code === 'None') continue;
    for (let done = 0; done < index; done++) await restore(engine, writes[done], before[done]);
    return reasons.map((none, position) => (position === index ? reason : none));
  }
  return reasons;
}

const NONE: CancellationReason = { Code: 'None' };

async function reasonOf(attempt: () => Promise<CancellationReason>): Promise<CancellationReason> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ValidationException') throw error;
    return { Code: 'ValidationError', Message: error.message };
  }
}

async function restore(engine: TableEngine, write: PlannedWrite | undefined, item: Item | undefined): Promise<void> {
  if (write?.action === undefined) return;
  const { table, key } = write;
  if (item === undefined) await engine.run('DeleteItem', { TableName: table, Key: key });
  else await engine.run('PutItem', { TableName: table, Item: item });
}
