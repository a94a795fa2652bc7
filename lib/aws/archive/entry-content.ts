import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import type { ArchiveFailures } from './archive-failures.ts';
import type { ObjectReader } from './object-reader.ts';
import type { LocalHeader, ZipRecord } from './zip-directory.ts';

const STORED = 0;
const DEFLATED = 8;

/** The bit of an entry's flags that says its name is UTF-8. */
const UTF8_NAME = 0x800;

/**
 * Opens an entry's content, unpacked. The stream fails with an error of `failures` when length or checksum are not as the
 * archive says, and never gives more bytes than that.
 *
 * @throws an error of `failures` when the entry is encrypted, packed by a method other than deflate, or damaged
 */
export async function openContent(
  record: ZipRecord,
  source: ObjectReader,
  failures: ArchiveFailures,
): Promise<Readable> {
  const at = { entry: record.path };
  const { entry } = record;
  if (entry.isEncrypted()) throw failures.because('the entry is encrypted; archives are read without passwords', at);
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    const method = entry.compressionMethod;
    throw failures.because(`compression method ${method} is not supported; write it stored (0) or deflated (8)`, at);
  }
  const dataStart = await checkLocalHeader(record, failures);
  return Readable.from(contentOf(record, dataStart, source, failures), { objectMode: false });
}

/**
 * Finds where an entry's data begin, and makes sure that the header before them names the same entry as the
 * directory does: an archive that says two things would be understood differently by different readers.
 *
 * @throws an error of `failures`
 */
export async function checkLocalHeader(record: ZipRecord, failures: ArchiveFailures): Promise<number> {
  const { entry, path } = record;
  let header: LocalHeader;
  try {
    header = await record.localHeader();
  } catch (error) {
    throw failures.from(error, path);
  }
  const isAscii = entry.fileNameRaw.every((byte) => byte < 0x80);
  const flagsAgree = isAscii || ((header.generalPurposeBitFlag ^ entry.generalPurposeBitFlag) & UTF8_NAME) === 0;
  if (header.fileName.equals(entry.fileNameRaw) && flagsAgree && header.compressionMethod === entry.compressionMethod) {
    return header.fileDataStart;
  }
  throw failures.because('the header before its data does not agree with the directory', { entry: path });
}

async function* contentOf(
  record: ZipRecord,
  dataStart: number,
  source: ObjectReader,
  failures: ArchiveFailures,
): AsyncGenerator<Buffer> {
  const { compressedSize, uncompressedSize, crc32: expected, compressionMethod } = record.entry;
  let bytes = 0;
  let checksum = 0;
  try {
    const packed = source.stream(dataStart, dataStart + compressedSize);
    // Some writers mark an empty file as deflated and then store nothing, which is no deflate stream.
    const plain = compressionMethod === STORED || compressedSize === 0 ? packed : inflated(packed);
    for await (const chunk of plain) {
      const piece = chunk as Buffer;
      bytes += piece.length;
      if (bytes > uncompressedSize) throw new Error(`it unpacks to more than the ${uncompressedSize} bytes declared`);
      checksum = crc32(piece, checksum);
      yield piece;
    }
    if (bytes < uncompressedSize) throw new Error(`it unpacks to ${bytes} bytes, but ${uncompressedSize} are declared`);
    if (checksum !== expected) throw new Error('its checksum (CRC-32) does not match: the content is damaged');
  } catch (error) {
    throw failures.from(error, record.path);
  }
}

function inflated(packed: Readable): Readable {
  // A pipeline ends both when either ends early; the error itself comes out of the reading below.
  return pipeline(packed, createInflateRaw({ chunkSize: 64 * 1024 }), () => undefined);
}
