import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ChecksumAlgorithm, StoredBytes } from './bucket.ts';
import type { ByteRange } from './byte-range.ts';
import { createChecksum } from './checksum.ts';

/** Joins files, or ranges of them, into a new file; memory stays flat. */
export async function copyBytes(
  sources: readonly { readonly file: string; readonly range?: ByteRange | undefined }[],
  file: string,
  algorithm?: ChecksumAlgorithm,
): Promise<StoredBytes> {
  const md5 = createHash('md5');
  const checksum = algorithm === undefined ? undefined : createChecksum(algorithm);
  let size = 0;
  const handle = await open(file, 'wx');
  try {
    for (const source of sources) {
      for await (const bytes of createReadStream(source.file, source.range) as AsyncIterable<Buffer>) {
        size += bytes.length;
        md5.update(bytes);
        checksum?.update(bytes);
        await handle.writev([bytes]);
      }
    }
  } finally {
    await handle.close();
  }
  const eTag = md5.digest('hex');
  if (algorithm === undefined || checksum === undefined) return { file, size, eTag };
  const value = checksum.digest().toString('base64');
  return { file, size, eTag, checksum: { algorithm, value, type: 'FULL_OBJECT' } };
}
