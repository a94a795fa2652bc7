import { type AttributeValue, type Item, typeOf } from './attribute-value.ts';
import { checkItem } from './check-value.ts';
import { attributesOf, type Table } from './table.ts';
import { invalidParameters, validationError } from './validation-error.ts';
import { itemSize, MOST_ITEM_BYTES, valueSize } from './value-size.ts';

/** The longest keys, in bytes (DynamoDB Developer Guide, "Constraints"). */
const LONGEST_HASH_BYTES = 2048;
const LONGEST_RANGE_BYTES = 1024;

/** Checks a key that names one item. @throws AwsError ValidationException */
export function checkKey(table: Table, key: Item): Item {
  const checked = checkItem(key);
  const names = table.keyAttributes;
  const matches =
    Object.keys(checked).length === names.length &&
    names.every(
      (name) => Object.hasOwn(checked, name) && Object.hasOwn(checked[name] ?? {}, table.typeOfKey(name) ?? ''),
    );
  if (!matches) throw validationError('The provided key element does not match the schema');
  checkKeyValues(table, checked);
  return checked;
}

/** Checks an item that is to be stored: its keys, the keys of indexes, its size. @throws AwsError ValidationException */
export function checkNewItem(table: Table, item: Item, tooLarge: string): void {
  for (const name of table.keyAttributes) {
    const value = item[name];
    if (value === undefined) throw invalidParameters(`Missing the key ${name} in the item`);
    const [expected, actual] = [table.typeOfKey(name), typeOf(value)];
    if (expected !== actual)
      throw invalidParameters(`Type mismatch for key ${name} expected: ${expected} actual: ${actual}`);
  }
  checkKeyValues(table, item);
  checkIndexKeys(table, item);
  if (itemSize(item) > MOST_ITEM_BYTES) throw validationError(tooLarge);
}

/** Keys hold at least one byte and no more than fits. */
function checkKeyValues(table: Table, item: Item): void {
  for (const name of table.keyAttributes) refuseEmpty(item[name] as AttributeValue, `Key: ${name}`);
  const { hash, range } = table.key;
  if (valueSize(item[hash] as AttributeValue) > LONGEST_HASH_BYTES) {
    throw invalidParameters('Size of hashkey has exceeded the maximum size limit of2048 bytes');
  }
  if (range !== undefined && valueSize(item[range] as AttributeValue) > LONGEST_RANGE_BYTES) {
    throw invalidParameters('Aggregated size of all range keys has exceeded the size limit of 1024 bytes');
  }
}

function checkIndexKeys(table: Table, item: Item): void {
  for (const [index, { key }] of table.indexes) {
    for (const name of attributesOf(key)) {
      const value = item[name];
      if (value === undefined) continue;
      const [expected, actual] = [table.typeOfKey(name), typeOf(value)];
      if (expected !== actual) {
        const types = `Expected: ${expected} Actual: ${actual}`;
        throw invalidParameters(`Type mismatch for Index Key ${name} ${types} IndexName: ${index}`);
      }
      refuseEmpty(value, `IndexName: ${index}, IndexKey: ${name}`);
    }
  }
}

function refuseEmpty(value: AttributeValue, where: string): void {
  if (value.S !== '' && value.B !== '') return;
  const kind = value.S === '' ? 'string' : 'binary';
  throw validationError(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. ${where}`,
  );
}
