import type { ConditionContext } from '../kernel/kernel.ts';

/**
 * The condition keys that a request itself sets
 * (Service Authorization Reference, "Condition keys for Amazon DynamoDB").
 */
export function requestKeys(input: Readonly<Record<string, unknown>>): ConditionContext {
  const attributes = attributesOf(input);
  return {
    ...textKey('dynamodb:Select', input.Select),
    ...textKey('dynamodb:ReturnValues', input.ReturnValues),
    ...textKey('dynamodb:ReturnConsumedCapacity', input.ReturnConsumedCapacity),
    ...(attributes.length === 0 ? {} : { 'dynamodb:Attributes': attributes }),
  };
}

function textKey(name: string, value: unknown): ConditionContext {
  return typeof value === 'string' ? { [name]: value } : {};
}

/** The top-level attributes that a request names in its projection. */
function attributesOf({
  ProjectionExpression,
  ExpressionAttributeNames,
  AttributesToGet,
}: Readonly<Record<string, unknown>>) {
  if (Array.isArray(AttributesToGet)) return AttributesToGet as readonly string[];
  if (typeof ProjectionExpression !== 'string') return [];
  const names = (ExpressionAttributeNames ?? {}) as Readonly<Record<string, string>>;
  return ProjectionExpression.split(',').map((path) => {
    const [first = ''] = path.trim().split(/[.[]/);
    return names[first] ?? first;
  });
}
