import names from '../models/operation-names.json' with { type: 'json' };

const NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(names).map(([api, operations]) => [api, new Set(operations)]),
);

/** Whether the operations of an API are known at all. */
export function isKnownApi(api: string): boolean {
  return NAMES.has(api);
}

/**
 * Whether AWS has an operation. An API goes by the part of its `X-Amz-Target` before the dot, or by its signing name
 * where it has no such header.
 */
export function isAwsOperation(api: string, operation: string): boolean {
  return NAMES.get(api)?.has(operation) ?? false;
}
