/** The kinds of an operation, as Service Catalog's messages and records name them. */
export const operationTypes = [
  'PROVISION_PRODUCT',
  'UPDATE_PROVISIONED_PRODUCT',
  'TERMINATE_PROVISIONED_PRODUCT',
] as const;

/** One of {@link operationTypes}. */
export type OperationType = (typeof operationTypes)[number];

/**
 * Reads the operation of a message. The Administrator Guide leaves out the "ED" of PROVISIONED, real messages have it;
 * both are understood.
 *
 * @returns undefined for anything else
 */
export function readOperationType(value: unknown): OperationType | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.trim().toUpperCase().replace('PROVISION_PRODUCT', 'PROVISIONED_PRODUCT');
  return operationTypes.find((type) => type.replace('PROVISION_PRODUCT', 'PROVISIONED_PRODUCT') === name);
}
