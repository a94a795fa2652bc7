/** A decimal number, exact: `digits` times ten to the power of `exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const FORM = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/;
const ZERO: Decimal = { digits: 0n, exponent: 0 };

/** Reads a number in decimal notation; `undefined` when the text is none. Trailing zeros are dropped. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const all = `${whole}${fraction}`;
  if (all === '') return undefined;
  const significant = all.replace(/0+$/, '');
  const digits = BigInt(significant || '0');
  if (digits === 0n) return ZERO;
  const exponent = Number(power) - fraction.length + (all.length - significant.length);
  return { digits: sign === '-' ? -digits : digits, exponent };
}

/** How many digits a number has without leading and trailing zeros. */
export function precisionOf({ digits }: Decimal): number {
  return String(digits < 0n ? -digits : digits).length;
}

/** The power of ten of a number's first digit; 0 for zero. */
export function magnitudeOf(number: Decimal): number {
  return number.digits === 0n ? 0 : number.exponent + precisionOf(number) - 1;
}

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  const signs = Math.sign(Number(left.digits)) - Math.sign(Number(right.digits));
  if (signs !== 0 || left.digits === 0n) return signs;
  const magnitudes = magnitudeOf(left) - magnitudeOf(right);
  if (magnitudes !== 0) return left.digits < 0n ? -magnitudes : magnitudes;
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The sum of two numbers, or with `sign` -1 their difference. */
export function addDecimals(left: Decimal, right: Decimal, sign: 1 | -1 = 1): Decimal {
  const [a, b, exponent] = aligned(left, right);
  return trimmed(a + BigInt(sign) * b, exponent);
}

/** Plain decimal notation without an exponent, the form in which DynamoDB gives numbers back. */
export function formatDecimal({ digits, exponent }: Decimal): string {
  const text = String(digits < 0n ? -digits : digits);
  const sign = digits < 0n ? '-' : '';
  if (exponent >= 0) return `${sign}${text}${'0'.repeat(exponent)}`;
  const padded = text.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

function aligned(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const exponent = Math.min(left.exponent, right.exponent);
  const scale = ({ digits, exponent: own }: Decimal) => digits * 10n ** BigInt(own - exponent);
  return [scale(left), scale(right), exponent];
}

function trimmed(digits: bigint, exponent: number): Decimal {
  if (digits === 0n) return ZERO;
  const text = String(digits);
  const kept = text.replace(/0+$/, '');
  return { digits: BigInt(kept), exponent: exponent + text.length - kept.length };
}
