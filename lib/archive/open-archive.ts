import type { Archive } from './archive.ts';
import { type ArchiveFailures, FormatError, structureFailure } from './archive-failures.ts';
import type { ByteSource } from './byte-source.ts';
import { createTarArchive } from './tar-archive.ts';
import { beginsTar, TAR_BLOCK_BYTES } from './tar-header.ts';
import { createZipArchive } from './zip-archive.ts';
import { findZipEnd, SplitError } from './zip-end.ts';

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

/**
 * Opens an archive: zip, tar or tar.gz, told by content, since objects have no names that would say. A zip archive is known
 * by its end, whatever stands before it; the others by their beginning.
 *
 * @throws an error of `failures` when it is none of these
 */
export async function openArchive(
  source: ByteSource,
  failures: ArchiveFailures,
  signal: AbortSignal,
): Promise<Archive> {
  try {
    return createZipArchive(await findZipEnd(source), source, failures, signal);
  } catch (error) {
    if (!(error instanceof FormatError)) throw failures.from(error);
    return openOther(error, source, failures, signal);
  }
}

async function openOther(
  notZip: FormatError,
  source: ByteSource,
  failures: ArchiveFailures,
  signal: AbortSignal,
): Promise<Archive> {
  const head = await source.read(0, Math.min(TAR_BLOCK_BYTES, source.size)).catch((error: unknown) => {
    throw failures.from(error);
  });
  const start = head.toString('latin1', 0, 8);
  if (start.startsWith('PK')) throw structureFailure(notZip, 'zip', failures);
  if (start.startsWith('\x1f\x8b')) return createTarArchive(source, true, failures, signal);
  if (beginsTar(head)) return createTarArchive(source, false, failures, signal);
  const other = OTHERS.find(([magic]) => start.startsWith(magic));
  if (other !== undefined) {
    throw failures.because(`it is packed with ${other[1]}; archives are read as zip, tar or tar.gz`);
  }
  if (notZip instanceof SplitError) throw structureFailure(notZip, 'zip', failures);
  const kinds = 'neither a zip archive nor a tar archive, packed with gzip or not';
  throw failures.because(`it is ${kinds}, and not a zip archive behind something else`);
}
