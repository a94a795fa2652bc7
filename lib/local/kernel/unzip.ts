import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Unpacks a zip archive, a file's or one in memory, into a folder.
 *
 * @throws Error when it is no zip, or an entry's path leads out of the folder
 */
export async function unzip(archive: string | Buffer, folder: string): Promise<void> {
  const { fromBufferPromise, openPromise } = await import('yauzl');
  await mkdir(folder, { recursive: true });
  const zip = await (typeof archive === 'string' ? openPromise(archive) : fromBufferPromise(archive));
  try {
    // The reader itself refuses absolute paths and those with "..".
    for await (const entry of zip.eachEntry()) {
      const target = path.join(folder, entry.fileName);
      if (entry.fileName.endsWith('/')) {
        await mkdir(target, { recursive: true });
        continue;
      }
      await mkdir(path.dirname(target), { recursive: true });
      // The high half holds the Unix mode; a file that has none gets the default.
      const mode = (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode }));
    }
  } finally {
    zip.close();
  }
}
