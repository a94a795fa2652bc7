/** A value in DynamoDB's own JSON, such as `{"S": "text"}`; exactly one member is set. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  /** Base64. */
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: true;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly AttributeValue[];
  readonly M?: Item;
}

/** An item, or a key, by attribute name. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** The data types of DynamoDB, as they stand in its JSON. */
export const VALUE_TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'] as const;

/** One of {@link VALUE_TYPES}. */
export type ValueType = (typeof VALUE_TYPES)[number];

/** The data type of a checked value. */
export function typeOf(value: AttributeValue): ValueType {
  // A checked value has one member only.
  for (const type in value) return type as ValueType;
  return 'NULL';
}

/** The long names of types in messages about operands. */
export const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  L: 'LIST',
  M: 'MAP',
};
