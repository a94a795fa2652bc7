import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { zipOfFiles } from './content-bytes.ts';

/** A folder's files as a zip archive, in the order of their paths. */
export async function zipFolder(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  return zipOfFiles(
    files.map((file) => ({
      path: path.relative(folder, file).split(path.sep).join('/'),
      open: () => createReadStream(file),
    })),
  );
}
