import type { ConditionContext } from '../kernel/kernel.ts';

/**
 * The condition keys that a request itself sets, and the attributes that it reads, writes or compares: those of its keys
 * and item, and all that its expressions name
 * (Service Authorization Reference, "Condition keys for Amazon DynamoDB").
 */
export function requestKeys(
  input: Readonly<Record<string, unknown>>,
  attributes: readonly string[] = [],
): ConditionContext {
  return {
    ...textKey('dynamodb:Select', input.Select),
    ...textKey('dynamodb:ReturnValues', input.ReturnValues),
    ...textKey('dynamodb:ReturnConsumedCapacity', input.ReturnConsumedCapacity),
    ...(attributes.length === 0 ? {} : { 'dynamodb:Attributes': attributes }),
  };
}

/**
 * What a read selects where it does not say: the attributes of its projection, or else all that the table or index has
 * (API reference, Query, `Select`).
 */
export function selectOf(
  read: { readonly Select?: string; readonly IndexName?: string },
  isProjected: boolean,
): string {
  if (read.Select !== undefined) return read.Select;
  if (isProjected) return 'SPECIFIC_ATTRIBUTES';
  return read.IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES';
}

function textKey(name: string, value: unknown): ConditionContext {
  return typeof value === 'string' ? { [name]: value } : {};
}
