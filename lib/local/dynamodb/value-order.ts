import { type AttributeValue, typeOf } from './attribute-value.ts';
import { compareDecimals, type Decimal, parseDecimal } from './decimal.ts';

const ZERO: Decimal = { digits: 0n, exponent: 0 };

/**
 * Compares two values of one orderable type: numbers by value, texts and bytes by their bytes. `undefined` when the
 * types differ or have no order.
 */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if (left.N !== undefined && right.N !== undefined) return compareNumbers(left.N, right.N);
  if (left.S !== undefined && right.S !== undefined) return compareTexts(left.S, right.S);
  if (left.B !== undefined && right.B !== undefined) {
    return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  }
  return undefined;
}

/** Whether two values are of one type and equal; the order of a set's elements does not matter. */
export function equalValues(left: AttributeValue, right: AttributeValue): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  if (type === 'L') {
    const [a = [], b = []] = [left.L, right.L];
    return a.length === b.length && a.every((element, index) => equalValues(element, b[index] as AttributeValue));
  }
  if (type === 'M') {
    const [a = {}, b = {}] = [left.M, right.M];
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && equalValues(a[name] as AttributeValue, b[name] as AttributeValue))
    );
  }
  if (type === 'SS' || type === 'NS' || type === 'BS') {
    const [a = [], b = []] = [left[type], right[type]];
    const elements = new Set(a);
    return a.length === b.length && b.every((element) => elements.has(element));
  }
  // Numbers are stored in one notation only, so that equal ones have equal texts.
  return left[type] === right[type];
}

function compareNumbers(left: string, right: string): number {
  if (left === right) return 0;
  return compareDecimals(parseDecimal(left) ?? ZERO, parseDecimal(right) ?? ZERO);
}

/** By UTF-8 bytes. JavaScript's own order differs where there are surrogates. */
function compareTexts(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
