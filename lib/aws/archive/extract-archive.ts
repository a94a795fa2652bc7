import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ArchiveFailures } from './archive-failures.ts';
import type { ExtractedFiles, ExtractOptions } from './extract-options.ts';
import { extractTar } from './extract-tar.ts';
import { extractZip } from './extract-zip.ts';
import type { ObjectReader } from './object-reader.ts';

const MAGIC_END = 262;

/**
 * Unpacks an archive into a folder: zip, tar or tar.gz, told apart by how it begins, since the objects have no names
 * that would say.
 *
 * @throws an error of `failures`, also when it is none of these
 */
export async function extractArchive(
  dir: string,
  source: ObjectReader,
  failures: ArchiveFailures,
  signal: AbortSignal,
  options?: ExtractOptions,
): Promise<ExtractedFiles> {
  const head = await source.read(0, Math.min(MAGIC_END, source.size)).catch((error: unknown) => {
    throw failures.from(error);
  });
  const whole = () => source.stream(0, source.size);
  if (head.toString('latin1', 0, 2) === 'PK') return extractZip(dir, source, failures, signal, options);
  if (head[0] === 0x1f && head[1] === 0x8b) return extractTar(dir, () => gunzipped(whole()), failures, signal, options);
  if (head.toString('latin1', 257, 262) === 'ustar') return extractTar(dir, whole, failures, signal, options);
  throw failures.because('it is neither a zip archive nor a tar archive, packed with gzip or not');
}

function gunzipped(packed: Readable): Readable {
  // A pipeline ends both when either ends early; the error itself comes out of the reading.
  return pipeline(packed, createGunzip(), () => undefined);
}
