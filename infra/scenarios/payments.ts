import { Readable } from 'node:stream';

/** The first line of a file of payments. */
export const PAYMENTS_HEADER = 'id,day,amount,currency,reference\n';

/** As many characters as the remittance information of a SEPA payment has. */
const REFERENCE_LENGTH = 140;

/** One payment as a line of CSV; lines of numbers up to nine digits have the same length. */
export function paymentLine(id: number): string {
  const number = String(id).padStart(9, '0');
  const day = String((id % 28) + 1).padStart(2, '0');
  const reference = `Invoice, ${number}`.padEnd(REFERENCE_LENGTH, '; goods as delivered');
  return `${number},2026-01-${day},0012.50,EUR,"${reference}"\n`;
}

/** Lines of one chunk, about 88 KB. */
const LINES_A_CHUNK = 500;

/**
 * A file of payments of about this size, the same ones over and over: its exact length, and its content without ever being
 * held whole.
 */
export function largePayments(bytes: number): { readonly length: number; readonly stream: Readable } {
  const lineBytes = paymentLine(1).length;
  const lines = Math.floor((bytes - PAYMENTS_HEADER.length) / lineBytes);
  const chunk = Buffer.from(Array.from({ length: LINES_A_CHUNK }, (_, index) => paymentLine(index + 1)).join(''));
  function* content() {
    yield Buffer.from(PAYMENTS_HEADER);
    for (let left = lines; left > 0; left -= LINES_A_CHUNK) yield chunk.subarray(0, left * lineBytes);
  }
  return { length: PAYMENTS_HEADER.length + lines * lineBytes, stream: Readable.from(content()) };
}
