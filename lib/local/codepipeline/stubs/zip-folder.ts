import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A zip of all files below a folder, in the order of their paths; links give what they lead to, `.git` stays out. */
export async function zipFolder(folder: string): Promise<Buffer> {
  const zip = new ZipFile();
  for (const file of (await filesBelow(folder, '')).sort()) zip.addFile(path.join(folder, file), file);
  zip.end();
  return buffer(zip.outputStream);
}

async function filesBelow(folder: string, below: string): Promise<string[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  const files = entries.map(async (entry) => {
    const relative = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === '.git' ? [] : filesBelow(folder, relative);
    if (entry.isFile()) return [relative];
    const target = await stat(path.join(folder, relative)).catch(() => undefined);
    return target?.isFile() === true ? [relative] : [];
  });
  return (await Promise.all(files)).flat();
}
