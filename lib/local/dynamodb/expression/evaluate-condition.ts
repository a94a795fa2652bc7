import { type AttributeValue, type Item, typeOf, VALUE_TYPES, type ValueType } from '../attribute-value.ts';
import { compareValues, equalValues } from '../value-order.ts';
import { valueAt } from './document.ts';
import type { Comparator, Condition, Operand } from './grammar.ts';
import { type Placeholders, resolvePath } from './placeholders.ts';
import { ExpressionError } from './token.ts';

/** Whether a condition holds for an item; an absent item has no attributes. */
export function holds(condition: Condition, item: Item, placeholders: Placeholders): boolean {
  const read = (operand: Operand | undefined) => operandValue(operand, item, placeholders);
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every((inner) => holds(inner, item, placeholders));
    case 'or':
      return condition.conditions.some((inner) => holds(inner, item, placeholders));
    case 'not':
      return !holds(condition.condition, item, placeholders);
    case 'compare':
      return compare(condition.comparator, read(condition.left), read(condition.right));
    case 'between': {
      const value = read(condition.operand);
      return compare('>=', value, read(condition.lower)) && compare('<=', value, read(condition.upper));
    }
    case 'in': {
      const value = read(condition.operand);
      return condition.candidates.some((candidate) => compare('=', value, read(candidate)));
    }
    case 'call':
      return call(condition.name, read(condition.operands[0]), read(condition.operands[1]));
  }
}

/** Compares two values; a comparison with an absent value holds for `<>` only. */
export function compare(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return comparator === '<>' && left !== right;
  if (comparator === '=') return equalValues(left, right);
  if (comparator === '<>') return !equalValues(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  if (comparator === '<') return order < 0;
  if (comparator === '<=') return order <= 0;
  return comparator === '>' ? order > 0 : order >= 0;
}

/** Refuses operands whose type is known before any item is read and cannot fit. @throws ExpressionError */
export function checkOperands(condition: Condition, placeholders: Placeholders): void {
  const given = (operand: Operand | undefined) =>
    operand?.kind === 'value' ? placeholders.values[operand.name] : undefined;
  const ordered = (operator: string, operand: Operand) => {
    const value = given(operand);
    if (value !== undefined && compareValues(value, value) === undefined)
      throw wrongType(operator, typeOf(value), 'operator');
  };
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const inner of condition.conditions) checkOperands(inner, placeholders);
      return;
    case 'not':
      checkOperands(condition.condition, placeholders);
      return;
    case 'compare':
      if (condition.comparator === '=' || condition.comparator === '<>') return;
      ordered(condition.comparator, condition.left);
      ordered(condition.comparator, condition.right);
      return;
    case 'between':
      for (const operand of [condition.operand, condition.lower, condition.upper]) ordered('BETWEEN', operand);
      checkBounds(given(condition.lower), given(condition.upper));
      return;
    case 'call':
      checkCall(condition.name, given(condition.operands[0]), given(condition.operands[1]));
  }
}

function operandValue(
  operand: Operand | undefined,
  item: Item,
  placeholders: Placeholders,
): AttributeValue | undefined {
  if (operand?.kind === 'path') return valueAt(item, resolvePath(operand.path, placeholders));
  if (operand?.kind === 'value') return placeholders.values[operand.name];
  if (operand?.kind !== 'call') return undefined;
  const value = operandValue(operand.operands[0], item, placeholders);
  const size = value === undefined ? undefined : sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

/** What the function `size` gives; it is not defined for numbers, booleans and null. */
function sizeOf(value: AttributeValue): number | undefined {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  const elements = value.SS ?? value.NS ?? value.BS ?? value.L;
  if (elements !== undefined) return elements.length;
  return value.M === undefined ? undefined : Object.keys(value.M).length;
}

function call(name: string, first: AttributeValue | undefined, second: AttributeValue | undefined): boolean {
  if (name === 'attribute_exists') return first !== undefined;
  if (name === 'attribute_not_exists') return first === undefined;
  if (first === undefined || second === undefined) return false;
  if (name === 'attribute_type') return typeOf(first) === second.S;
  return name === 'begins_with' ? beginsWith(first, second) : contains(first, second);
}

/** Whether a text or bytes begin with others. */
export function beginsWith(whole: AttributeValue, part: AttributeValue): boolean {
  if (whole.S !== undefined && part.S !== undefined) return whole.S.startsWith(part.S);
  if (whole.B === undefined || part.B === undefined) return false;
  const bytes = Buffer.from(part.B, 'base64');
  return Buffer.from(whole.B, 'base64').subarray(0, bytes.length).equals(bytes);
}

function contains(whole: AttributeValue, part: AttributeValue): boolean {
  if (whole.S !== undefined) return part.S !== undefined && whole.S.includes(part.S);
  if (whole.B !== undefined) {
    return part.B !== undefined && Buffer.from(whole.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  }
  if (whole.L !== undefined) return whole.L.some((element) => equalValues(element, part));
  if (part.S !== undefined) return whole.SS?.includes(part.S) ?? false;
  if (part.N !== undefined) return whole.NS?.includes(part.N) ?? false;
  return part.B !== undefined && (whole.BS?.includes(part.B) ?? false);
}

function checkBounds(lower: AttributeValue | undefined, upper: AttributeValue | undefined): void {
  if (lower === undefined || upper === undefined) return;
  const bounds = `lower bound operand: AttributeValue: ${show(lower)}, upper bound operand: AttributeValue: ${show(upper)}`;
  const order = compareValues(lower, upper);
  if (order === undefined) {
    throw new ExpressionError(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  }
  if (order > 0) {
    throw new ExpressionError(
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    );
  }
}

function checkCall(name: string, first: AttributeValue | undefined, second: AttributeValue | undefined): void {
  if (name === 'begins_with') {
    for (const operand of [first, second]) {
      if (operand !== undefined && operand.S === undefined && operand.B === undefined) {
        throw wrongType(name, typeOf(operand), 'operator or function');
      }
    }
  }
  if (name !== 'attribute_type' || second === undefined) return;
  if (second.S === undefined) throw wrongType(name, typeOf(second), 'operator or function');
  if ((VALUE_TYPES as readonly string[]).includes(second.S)) return;
  throw new ExpressionError(
    `Invalid attribute type name found; type: ${second.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
  );
}

function wrongType(name: string, type: ValueType, noun: string): ExpressionError {
  return new ExpressionError(
    `Incorrect operand type for operator or function; ${noun}: ${name}, operand type: ${type}`,
  );
}

function show(value: AttributeValue): string {
  const type = typeOf(value);
  return `{${type}:${String(value[type])}}`;
}
