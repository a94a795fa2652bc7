import type { ConditionContext, Kernel } from '../kernel/kernel.ts';
import type { RequestContext } from '../kernel/service.ts';
import type { AttributeValue } from './attribute-value.ts';
import type { Table } from './table.ts';
import { tableArn } from './table-arn.ts';
import { tableNotFound } from './validation-error.ts';

/** What the operations of DynamoDB share. They are synchronous, so that each is atomic. */
export interface DynamoDbParts {
  readonly kernel: Kernel;
  /** By name. */
  readonly tables: Map<string, Table>;
}

/** What a question to IAM says beside the action. */
export interface TableQuestion {
  readonly table: string;
  readonly index?: string | undefined;
  /** Values of the partition key that the request names. */
  readonly leadingKeys?: readonly (AttributeValue | undefined)[];
  /** Further context keys of the request, such as `dynamodb:Select`. */
  readonly context?: ConditionContext;
}

/** Asks whether the caller may act on a table or index. @throws AwsError AccessDeniedException */
export function authorizeTable(
  { kernel, tables }: DynamoDbParts,
  request: RequestContext,
  action: string,
  { table, index, leadingKeys = [], context = {} }: TableQuestion,
): void {
  const found = tables.get(table);
  const keys = leadingKeys.flatMap((value) => (value === undefined ? [] : [String(Object.values(value)[0])]));
  const tags = [...(found?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
  const all = {
    ...(keys.length === 0 ? {} : { 'dynamodb:LeadingKeys': keys }),
    ...context,
    ...Object.fromEntries(tags),
  };
  const policy = found?.policy;
  request.authorize(action, tableArn(kernel, table, index), all, policy === undefined ? [] : [policy]);
}

/** A table whose items are wanted, without those that have expired. @throws AwsError ResourceNotFoundException */
export function openTable({ kernel, tables }: DynamoDbParts, name: string): Table {
  const table = tables.get(name);
  if (table === undefined) throw tableNotFound();
  table.timeToLive.sweep(kernel.clock.now());
  return table;
}
