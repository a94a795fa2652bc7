import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A zip of all files below a folder, in the order of their paths. */
export async function zipFolder(folder: string): Promise<Buffer> {
  const zip = new ZipFile();
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
  for (const file of paths.sort()) zip.addFile(file, path.relative(folder, file).split(path.sep).join('/'));
  zip.end();
  return buffer(zip.outputStream);
}
