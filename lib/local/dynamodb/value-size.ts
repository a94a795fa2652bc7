import type { AttributeValue, Item } from './attribute-value.ts';
import { parseDecimal, precisionOf } from './decimal.ts';

/** The most bytes of one item, names included: 400 KB (DynamoDB Developer Guide, "Item size"). */
export const MOST_ITEM_BYTES = 409_600;

/**
 * The bytes that an item counts for: names and texts in UTF-8, as "DynamoDB item sizes and formats" of the Developer
 * Guide counts them.
 */
export function itemSize(item: Item): number {
  let bytes = 0;
  for (const name in item) bytes += Buffer.byteLength(name) + valueSize(item[name] as AttributeValue);
  return bytes;
}

/** The bytes that a value counts for. */
export function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.SS !== undefined) return sum(value.SS, (text) => Buffer.byteLength(text));
  if (value.NS !== undefined) return sum(value.NS, numberSize);
  if (value.BS !== undefined) return sum(value.BS, (text) => Buffer.byteLength(text, 'base64'));
  if (value.L !== undefined) return 3 + sum(value.L, (element) => 1 + valueSize(element));
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

/** A byte for two significant digits, one more, and one for the sign of a negative number. */
function numberSize(text: string): number {
  const number = parseDecimal(text);
  if (number === undefined || number.digits === 0n) return 1;
  return Math.ceil(precisionOf(number) / 2) + (number.digits < 0n ? 2 : 1);
}

function sum<Element>(elements: readonly Element[], measure: (element: Element) => number): number {
  let bytes = 0;
  for (const element of elements) bytes += measure(element);
  return bytes;
}
