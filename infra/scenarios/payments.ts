import { Readable } from 'node:stream';

/** The first line of a file of payments. */
export const PAYMENTS_HEADER = 'id,day,amount,currency,reference\n';

/** One payment as a line of CSV; lines of numbers up to nine digits have the same length. */
export function paymentLine(id: number): string {
  return `${String(id).padStart(9, '0')},2026-01-${String((id % 28) + 1).padStart(2, '0')},0012.50,EUR,"Invoice, ${String(id).padStart(9, '0')}"\n`;
}

const LINES_A_CHUNK = 2_000;

/** A file of payments of about this size: its exact length, and its content without ever being held whole. */
export function largePayments(bytes: number): { readonly length: number; readonly stream: Readable } {
  const lines = Math.floor((bytes - PAYMENTS_HEADER.length) / paymentLine(1).length);
  async function* content() {
    yield Buffer.from(PAYMENTS_HEADER);
    for (let first = 1; first <= lines; first += LINES_A_CHUNK) {
      const count = Math.min(LINES_A_CHUNK, lines - first + 1);
      yield Buffer.from(Array.from({ length: count }, (_, index) => paymentLine(first + index)).join(''));
    }
  }
  return { length: PAYMENTS_HEADER.length + lines * paymentLine(1).length, stream: Readable.from(content()) };
}
