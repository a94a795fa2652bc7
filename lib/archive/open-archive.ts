import type { Archive } from './archive.ts';
import { type ArchiveFailures, FormatError, structureFailure } from './archive-failures.ts';
import type { ByteSource } from './byte-source.ts';
import { createTarArchive } from './tar-archive.ts';
import { beginsWithTarHeader, resemblesTar, TAR_BLOCK_BYTES } from './tar-header.ts';
import { createZipArchive } from './zip-archive.ts';
import { findZipEnd, ZipLayoutError } from './zip-end.ts';

/** What else archives are packed with, by how they begin; named in the refusal. */
const OTHERS: readonly (readonly [start: string, name: string])[] = [
  ['BZh', 'bzip2'],
  ['\xfd7zXZ\0', 'xz'],
  ['\x28\xb5\x2f\xfd', 'Zstandard'],
  ['\x04\x22\x4d\x18', 'LZ4'],
  ['\x1f\x9d', 'compress'],
  ['7z\xbc\xaf\x27\x1c', '7-Zip'],
  ['Rar!', 'RAR'],
];

const GZIP = '\x1f\x8b';

/**
 * Opens an archive: zip, tar or tar.gz, told by content, since objects have no names that would say. What begins as a tar
 * archive is one, also where its last file is a zip archive; any other file is known as a zip archive by its end, whatever
 * stands before that.
 *
 * @throws an error of `failures` when it is none of these
 */
export async function openArchive(
  source: ByteSource,
  failures: ArchiveFailures,
  signal: AbortSignal,
): Promise<Archive> {
  try {
    const head = await source.read(0, Math.min(TAR_BLOCK_BYTES, source.size));
    if (head.toString('latin1', 0, 2) === GZIP) return createTarArchive(source, true, failures, signal);
    if (beginsWithTarHeader(head)) return createTarArchive(source, false, failures, signal);
    return await openByEnd(head, source, failures, signal);
  } catch (error) {
    throw failures.from(error);
  }
}

async function openByEnd(
  head: Buffer,
  source: ByteSource,
  failures: ArchiveFailures,
  signal: AbortSignal,
): Promise<Archive> {
  try {
    return createZipArchive(await findZipEnd(source), source, failures, signal);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    if (resemblesTar(head)) return createTarArchive(source, false, failures, signal);
    throw unreadable(head, error, failures);
  }
}

function unreadable(head: Buffer, notZip: FormatError, failures: ArchiveFailures): unknown {
  const start = head.toString('latin1', 0, 8);
  if (start.startsWith('PK')) return structureFailure(notZip, 'zip', failures);
  const other = OTHERS.find(([magic]) => start.startsWith(magic));
  if (other !== undefined) {
    return failures.because(`it is packed with ${other[1]}; archives are read as zip, tar or tar.gz`);
  }
  if (notZip instanceof ZipLayoutError) return structureFailure(notZip, 'zip', failures);
  if (head.length === 0)
    return failures.because('it is empty, 0 bytes long; not even an archive of nothing is that short');
  const kinds = 'neither a zip archive nor a tar archive, packed with gzip or not';
  return failures.because(`it is ${kinds}, and not a zip archive behind something else`);
}
