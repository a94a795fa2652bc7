import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/*
 * The two functions of @aws-sdk/util-dynamodb that Powertools' persistence layer calls, for the values that it gives
 * them. The package is not among this project's own; leaving its other functions out is in favour of the hand-written.
 */

/** Values as DynamoDB's attribute values. */
export function marshall(item: Readonly<Record<string, unknown>>): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toAttribute(value)]));
}

/** DynamoDB's attribute values as plain values. */
export function unmarshall(item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toValue(value)]));
}

function toAttribute(value: unknown): AttributeValue {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  return { M: marshall(value as Record<string, unknown>) };
}

function toValue(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.L !== undefined) return attribute.L.map(toValue);
  return attribute.M === undefined ? null : unmarshall(attribute.M);
}
