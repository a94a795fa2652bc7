import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link } from 'node:fs/promises';
import type { ObjectVersion, StoredBytes } from './bucket.ts';

/** Gives the bytes of a version to a copy, as `file`. Files are never written again, so that both may have them. */
export async function shareBytes(source: ObjectVersion, file: string): Promise<StoredBytes> {
  await link(source.file, file);
  const { size, checksum } = source;
  // A copy is one piece, also of what was uploaded in parts.
  const eTag = source.eTag.includes('-') ? await md5Of(source.file) : source.eTag;
  return { file, size, eTag, ...(checksum === undefined ? {} : { checksum }) };
}

async function md5Of(file: string): Promise<string> {
  const md5 = createHash('md5');
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) md5.update(bytes);
  return md5.digest('hex');
}
