import type { Table } from './table.ts';

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/** What a request asks about the capacity that it uses. */
export interface CapacityInput {
  readonly ReturnConsumedCapacity?: string;
  readonly ConsistentRead?: boolean;
  readonly IndexName?: string;
}

/** The units of reading so many bytes at once; an eventually consistent read costs half. */
export function readUnits(bytes: number, consistent = false): number {
  const units = Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
  return consistent ? units : units / 2;
}

/** The units of writing an item of so many bytes. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** `ConsumedCapacity` of an answer, where the request asks for it; DynamoDB leaves the units of indexes out of `TOTAL`. */
export function consumed(input: CapacityInput, table: Table, units: number): { readonly ConsumedCapacity?: object } {
  const wanted = input.ReturnConsumedCapacity;
  if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return {};
  const capacity = { TableName: table.name, CapacityUnits: units };
  if (wanted === 'TOTAL') return { ConsumedCapacity: capacity };
  const { IndexName } = input;
  if (IndexName === undefined) return { ConsumedCapacity: { ...capacity, Table: { CapacityUnits: units } } };
  const kind = table.indexes.get(IndexName)?.isLocal ? 'LocalSecondaryIndexes' : 'GlobalSecondaryIndexes';
  return {
    ConsumedCapacity: {
      ...capacity,
      Table: { CapacityUnits: 0 },
      [kind]: { [IndexName]: { CapacityUnits: units } },
    },
  };
}
