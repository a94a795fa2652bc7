import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link } from 'node:fs/promises';
import type { ChecksumAlgorithm, ObjectVersion, StoredBytes } from './bucket.ts';
import { createChecksum } from './checksum.ts';

/**
 * Gives the bytes of a version to a copy, as `file`. Files are never written again, so that both may have them.
 *
 * A copy is one piece, also of what was uploaded in parts: its ETag and its checksum are those of all its bytes, by the
 * source's algorithm unless the copy wants another.
 */
export async function shareBytes(
  source: ObjectVersion,
  file: string,
  algorithm: ChecksumAlgorithm | undefined = source.checksum?.algorithm,
): Promise<StoredBytes> {
  await link(source.file, file);
  const { size, checksum } = source;
  const isPiece = !source.eTag.includes('-');
  const hasChecksum = checksum?.type !== 'COMPOSITE' && checksum?.algorithm === algorithm;
  if (isPiece && hasChecksum) return { file, size, eTag: source.eTag, ...(checksum === undefined ? {} : { checksum }) };
  const md5 = createHash('md5');
  const running = algorithm === undefined ? undefined : createChecksum(algorithm);
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
    md5.update(bytes);
    running?.update(bytes);
  }
  const eTag = md5.digest('hex');
  if (algorithm === undefined || running === undefined) return { file, size, eTag };
  return { file, size, eTag, checksum: { algorithm, value: running.digest().toString('base64'), type: 'FULL_OBJECT' } };
}
