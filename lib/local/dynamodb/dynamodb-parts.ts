import type { Kernel, PolicyDocument } from '../kernel/kernel.ts';
import type { RequestContext } from '../kernel/service.ts';
import type { AttributeValue } from './dynalite.ts';
import type { Lock } from './lock.ts';
import { tableArn } from './table-arn.ts';
import type { TableEngine } from './table-engine.ts';
import type { TimeToLive } from './time-to-live.ts';

/** What the operations of DynamoDB share. */
export interface DynamoDbParts {
  readonly kernel: Kernel;
  readonly engine: TableEngine;
  /** Held by every operation on items and tables, so that transactions and conditional writes are atomic. */
  readonly lock: Lock;
  readonly timeToLive: TimeToLive;
  /** Resource policies by table name. */
  readonly policies: Map<string, PolicyDocument>;
  /** Tables that refuse to be deleted. */
  readonly deletionProtected: Set<string>;
}

/** What a question to IAM says beside the action. */
export interface TableQuestion {
  readonly table: string;
  readonly index?: string | undefined;
  /** Values of the partition key that the request names. */
  readonly leadingKeys?: readonly (AttributeValue | undefined)[];
}

/** Asks whether the caller may act on a table or index. @throws AwsError AccessDeniedException */
export function authorizeTable(
  { kernel, policies }: DynamoDbParts,
  request: RequestContext,
  action: string,
  { table, index, leadingKeys = [] }: TableQuestion,
): void {
  const policy = policies.get(table);
  const keys = leadingKeys.flatMap((value) => (value === undefined ? [] : [String(Object.values(value)[0])]));
  const context = keys.length === 0 ? {} : { 'dynamodb:LeadingKeys': keys };
  request.authorize(action, tableArn(kernel, table, index), context, policy === undefined ? [] : [policy]);
}

/** The name of a table's partition key, if the table exists. */
export async function partitionKeyOf({ engine }: DynamoDbParts, table: string): Promise<string> {
  const schema = (await engine.table(table))?.KeySchema ?? [];
  return schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
}
