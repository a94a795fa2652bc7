import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type ArchiveFailures, FormatError } from './archive-failures.ts';
import type { ByteSource } from './byte-source.ts';
import { STORED } from './zip-content-problem.ts';
import type { ZipEntry } from './zip-entry.ts';
import { contentStart } from './zip-local-header.ts';

/**
 * Opens an entry's content, unpacked. The stream fails with an error of `failures` when length or checksum are not as the
 * archive says, and never gives more bytes than that.
 *
 * @throws an error of `failures` when the two headers of the entry do not agree
 */
export async function openZipContent(
  entry: ZipEntry,
  source: ByteSource,
  failures: ArchiveFailures,
): Promise<Readable> {
  try {
    const start = await contentStart(entry, source);
    return Readable.from(contentOf(entry, start, source, failures), { objectMode: false });
  } catch (error) {
    throw failures.from(error, entry.path);
  }
}

async function* contentOf(
  entry: ZipEntry,
  start: number,
  source: ByteSource,
  failures: ArchiveFailures,
): AsyncGenerator<Buffer> {
  const { compressedSize, size } = entry;
  let bytes = 0;
  let checksum = 0;
  try {
    const packed = source.stream(start, start + compressedSize);
    // Some writers mark an empty file as deflated and then store nothing, which is no deflate stream.
    const plain = entry.method === STORED || compressedSize === 0 ? packed : inflated(packed);
    for await (const chunk of plain) {
      const piece = chunk as Buffer;
      bytes += piece.length;
      if (bytes > size) throw new FormatError(`it unpacks to more than the ${size} bytes declared`);
      checksum = crc32(piece, checksum);
      yield piece;
    }
    if (bytes < size) throw new FormatError(`it unpacks to ${bytes} bytes, but ${size} are declared`);
    if (checksum !== entry.crc) throw new FormatError('its checksum (CRC-32) does not match: the content is damaged');
  } catch (error) {
    throw failures.from(error, entry.path);
  }
}

function inflated(packed: Readable): Readable {
  // A pipeline ends both when either ends early; the error itself comes out of the reading.
  return pipeline(packed, createInflateRaw({ chunkSize: 64 * 1024 }), () => undefined);
}
