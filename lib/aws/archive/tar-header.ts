/** The block that everything in a tar archive is a multiple of, in bytes. */
export const TAR_BLOCK_BYTES = 512;

/** One header as it stands in the archive. */
export interface TarHeader {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  /** One character: `0` file, `5` folder, `2` symbolic link, ... */
  readonly type: string;
  readonly linkName: string;
}

/** Whether a block holds nothing, as those do that end an archive. */
export function isEmptyBlock(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

/** Reads a header block of the v7, ustar or GNU format. @throws Error when it is none */
export function readTarHeader(block: Buffer): TarHeader {
  if (number(block, 148, 8) !== checksumOf(block)) throw new Error('a header does not match its checksum');
  const isUstar = block.toString('latin1', 257, 262) === 'ustar';
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0';
  const prefix = isUstar && !isGnu ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  const type = String.fromCharCode(block[156] ?? 0);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: number(block, 100, 8),
    size: number(block, 124, 12),
    type: type === '\0' ? '0' : type,
    linkName: text(block, 157, 100),
  };
}

/** Reads the records of a pax extended header, `LENGTH KEY=VALUE\n` each. @throws Error when they are damaged */
export function readPaxRecords(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let start = 0; start < content.length; ) {
    const space = content.indexOf(0x20, start);
    const length = Number(content.toString('latin1', start, space));
    const record = content.subarray(space + 1, start + length - 1);
    const equals = record.indexOf(0x3d);
    const isWhole = space > start && Number.isSafeInteger(length) && content[start + length - 1] === 0x0a;
    if (!isWhole || equals < 1) throw new Error('an extended header is damaged');
    records.set(record.toString('utf8', 0, equals), record.toString('utf8', equals + 1));
    start += length;
  }
  return records;
}

function text(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

function number(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  // GNU writes numbers that are too large for octal digits in base 256, marked by the highest bit.
  const value =
    (first & 0x80) !== 0
      ? block.subarray(start + 1, start + length).reduce((sum, byte) => sum * 256 + byte, first & 0x7f)
      : octal(block.toString('latin1', start, start + length));
  if (!Number.isSafeInteger(value) || value < 0) throw new Error('a header holds a number that cannot be');
  return value;
}

function octal(field: string): number {
  const digits = field.replace(/\0.*$/s, '').trim();
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** The sum of all bytes, those of the checksum itself taken for spaces. */
function checksumOf(block: Buffer): number {
  return block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}
