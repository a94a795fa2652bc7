import { FormatError } from './archive-failures.ts';
import type { ByteSource } from './byte-source.ts';
import type { ZipEntry } from './zip-entry.ts';
import { extraFieldsOf } from './zip-name.ts';
import { wholeSizes } from './zip-sizes.ts';

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
/** Sizes and checksum stand behind the content; the header may leave them out. */
const DESCRIPTOR_FOLLOWS = 0x8;
const ENCRYPTED = 0x1;

/**
 * Finds where the content of an entry begins, and makes sure that the header before it says of the entry what the directory
 * does: an archive that says two things would be understood differently by readers that begin at the one or the other.
 *
 * @throws FormatError
 */
export async function contentStart(entry: ZipEntry, source: ByteSource): Promise<number> {
  const { headerStart } = entry;
  const header = await source.read(headerStart, LOCAL_HEADER_BYTES);
  if (header.readUInt32LE(0) !== LOCAL_HEADER) throw new FormatError('its content is not where the directory says');
  const nameBytes = header.readUInt16LE(26);
  const variable = await source.read(headerStart + LOCAL_HEADER_BYTES, nameBytes + header.readUInt16LE(28));
  const told = contradiction(entry, header, variable.subarray(0, nameBytes), variable.subarray(nameBytes));
  if (told !== undefined) {
    throw new FormatError(`the header before its data does not agree with the directory: ${told} differs`);
  }
  return headerStart + LOCAL_HEADER_BYTES + variable.length;
}

/** What the header says otherwise than the directory; undefined where they agree. */
function contradiction(entry: ZipEntry, header: Buffer, name: Buffer, extra: Buffer): string | undefined {
  const flags = header.readUInt16LE(6);
  const { size, compressedSize } = wholeSizes(
    { size: header.readUInt32LE(22), compressedSize: header.readUInt32LE(18), headerStart: 0 },
    extraFieldsOf(extra),
  );
  const isTold = (value: number) => value !== 0 || (flags & DESCRIPTOR_FOLLOWS) === 0;
  const differs = (value: number, expected: number) => isTold(value) && value !== expected;
  if (name.toString('latin1') !== entry.rawName) return 'the name';
  if (header.readUInt16LE(8) !== entry.method) return 'the compression method';
  if ((flags & ENCRYPTED) !== 0) return 'whether it is encrypted';
  if (differs(header.readUInt32LE(14), entry.crc)) return 'the checksum';
  return differs(size, entry.size) || differs(compressedSize, entry.compressedSize) ? 'the size' : undefined;
}
