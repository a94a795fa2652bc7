import { Readable } from 'node:stream';

/** The first line of a file of payments. */
export const PAYMENTS_HEADER = 'id,day,amount,currency,reference\n';

/** One payment as a line of CSV; lines of numbers up to nine digits have the same length. */
export function paymentLine(id: number): string {
  return `${String(id).padStart(9, '0')},2026-01-${String((id % 28) + 1).padStart(2, '0')},0012.50,EUR,"Invoice, ${String(id).padStart(9, '0')}"\n`;
}

/** Lines of one chunk, about 108 KB. */
const LINES_A_CHUNK = 2_000;

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
