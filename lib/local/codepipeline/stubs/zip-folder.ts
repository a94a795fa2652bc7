import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A zip of a folder, and what the folder holds that no archive takes. */
export interface ZippedFolder {
  readonly archive: Buffer;
  /** Paths of sockets and pipes, and of links to nothing or to a folder that they lie in. */
  readonly omitted: readonly string[];
}

interface FolderContents {
  readonly files: string[];
  readonly emptyFolders: string[];
  readonly omitted: string[];
}

/**
 * A zip of all that lies below a folder, in the order of the paths; links give what they lead to, `.git` stays out.
 *
 * @throws Error for a name that would not come back as it is, and for a file that cannot be read
 */
export async function zipFolder(folder: string): Promise<ZippedFolder> {
  const { files, emptyFolders, omitted } = await contentsOf(folder);
  const zip = new ZipFile();
  // Without a listener an error of a file would end the process.
  zip.on('error', (error: Error) => (zip.outputStream as unknown as { destroy(error: Error): void }).destroy(error));
  for (const file of files.sort()) zip.addFile(path.join(folder, file), file);
  for (const empty of emptyFolders.sort()) zip.addEmptyDirectory(empty);
  zip.end();
  return { archive: await buffer(zip.outputStream), omitted: omitted.sort() };
}

async function contentsOf(folder: string): Promise<FolderContents> {
  const contents: FolderContents = { files: [], emptyFolders: [], omitted: [] };

  async function walk(below: string, above: readonly string[]): Promise<void> {
    const here = await realpath(path.join(folder, below));
    const items = await readdir(here, { withFileTypes: true, encoding: 'buffer' });
    if (items.length === 0 && below !== '') contents.emptyFolders.push(below);
    for (const item of items) {
      const relative = below === '' ? nameOf(item, folder) : `${below}/${nameOf(item, folder)}`;
      const kind = item.isSymbolicLink() ? await stat(path.join(folder, relative)).catch(() => undefined) : item;
      if (kind?.isFile() === true) contents.files.push(relative);
      else if (kind?.isDirectory() !== true) contents.omitted.push(relative);
      else if (relative.endsWith('/.git') || relative === '.git') continue;
      else if (item.isSymbolicLink() && (await isAbove(path.join(folder, relative), [...above, here]))) {
        contents.omitted.push(relative);
      } else await walk(relative, [...above, here]);
    }
  }

  await walk('', []);
  return contents;
}

async function isAbove(link: string, folders: readonly string[]): Promise<boolean> {
  return folders.includes(await realpath(link));
}

/** The writer of archives makes a folder of a backslash, and a drive of a colon; so such names are refused. */
function nameOf({ name }: Dirent<Buffer>, folder: string): string {
  const text = name.toString();
  const problem = !isUtf8(name) ? 'is not UTF-8' : /\\|^[a-z]:/i.test(text) ? 'is a path on Windows' : undefined;
  if (problem === undefined) return text;
  throw new Error(
    `the folder ${folder} has a file whose name ${problem}, so it cannot be in an archive: ${JSON.stringify(text)}`,
  );
}
