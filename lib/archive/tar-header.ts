import { isUtf8 } from 'node:buffer';
import { FormatError } from './archive-failures.ts';

/** The block that everything in a tar archive is a multiple of, in bytes. */
export const TAR_BLOCK_BYTES = 512;

/** One header as it stands in the archive. */
export interface TarHeader {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly modifiedMs: number;
  /** One character: `0` file, `1` hard link, `2` symbolic link, `5` folder, ... */
  readonly type: string;
  readonly linkName: string;
}

const EMPTY_BLOCK = Buffer.alloc(TAR_BLOCK_BYTES);

/** Whether bytes are all zero, as those are that end an archive. */
export function isEmpty(bytes: Buffer): boolean {
  for (let start = 0; start < bytes.length; start += TAR_BLOCK_BYTES) {
    const piece = bytes.subarray(start, start + TAR_BLOCK_BYTES);
    if (piece.compare(EMPTY_BLOCK, 0, piece.length) !== 0) return false;
  }
  return true;
}

/** Whether a file begins with the header of a tar archive that is sound: nothing else has its checksum by chance. */
export function beginsWithTarHeader(head: Buffer): boolean {
  return head.length >= TAR_BLOCK_BYTES && matchesChecksum(head);
}

/** Whether a file that is nothing else is meant to be a tar archive: an empty one, or one whose first header is damaged. */
export function resemblesTar(head: Buffer): boolean {
  if (head.toString('latin1', 257, 262) === 'ustar') return true;
  return head.length >= TAR_BLOCK_BYTES && isEmpty(head.subarray(0, TAR_BLOCK_BYTES));
}

/** Reads a header block of the v7, ustar or GNU format. @throws FormatError when it is none */
export function readTarHeader(block: Buffer): TarHeader {
  if (!matchesChecksum(block)) throw new FormatError('a header does not match its checksum');
  const isUstar = block.toString('latin1', 257, 262) === 'ustar';
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0';
  const prefix = isUstar && !isGnu ? field(block, 345, 155) : Buffer.alloc(0);
  const name = field(block, 0, 100);
  const type = String.fromCharCode(block[156] ?? 0);
  const seconds = numberOf(block, 136, 12);
  return {
    name: textOf(prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name])),
    mode: Math.max(0, numberOf(block, 100, 8) || 0),
    size: sizeOf(numberOf(block, 124, 12)),
    modifiedMs: Number.isNaN(seconds) ? 0 : timeOf(seconds),
    type: type === '\0' ? '0' : type,
    linkName: textOf(field(block, 157, 100)),
  };
}

/** The furthest that a `Date` reaches from 1970, on either side. */
const FURTHEST_MS = 8.64e15;

/** The milliseconds of a time in seconds; one that no `Date` can have is the nearest that it can. */
export function timeOf(seconds: number): number {
  return Math.min(FURTHEST_MS, Math.max(-FURTHEST_MS, Math.round(seconds * 1000)));
}

/** Takes a size from a header. @throws FormatError when no file can be so large, or so small */
export function sizeOf(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new FormatError('a header holds a size that cannot be');
  return value;
}

/** Reads a name: as UTF-8 where it is that, and else as ISO 8859-1, so that different names stay different. */
export function textOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

function field(block: Buffer, start: number, length: number): Buffer {
  const bytes = block.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end < 0 ? length : end);
}

/** A number in octal digits; NaN when it is none. GNU writes large and negative ones in base 256, as two's complement. */
function numberOf(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) === 0) return octal(block.toString('latin1', start, start + length));
  const bits = BigInt(`0x${block.toString('hex', start, start + length)}`);
  // The highest bit only says that this is base 256; the one below it is the sign.
  return Number(BigInt.asIntN(length * 8 - 1, bits));
}

function octal(digits: string): number {
  const plain = digits.replace(/\0.*$/s, '').trim();
  if (plain === '') return 0;
  return /^[0-7]+$/.test(plain) ? Number.parseInt(plain, 8) : Number.NaN;
}

/** The sum of all bytes, those of the checksum itself taken for spaces; some old writers took the bytes for signed. */
function matchesChecksum(block: Buffer): boolean {
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let index = 0; index < TAR_BLOCK_BYTES; index++) {
    if (index >= 148 && index < 156) continue;
    const byte = block[index] ?? 0;
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  const expected = numberOf(block, 148, 8);
  return expected === unsigned || expected === signed;
}
