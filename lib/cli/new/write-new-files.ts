import { lstatSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../usage-error.ts';

/**
 * Writes files below a folder, all or none, and never over one that is there. Empty lines at the beginning of a content
 * are left out.
 *
 * @returns the paths, beginning with the folder's
 * @throws UsageError naming the file that is there already, or cannot be written
 */
export async function writeNewFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const targets = Object.entries(files).map(([name, content]) => ({
    file: path.join(folder, name),
    content: content.trimStart(),
  }));
  const existing = targets.find(({ file }) => isThere(file));
  if (existing !== undefined) throw thereAlready(existing.file);
  const written: string[] = [];
  for (const { file, content } of targets) {
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content, { flag: 'wx' });
      written.push(file);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      await Promise.all(written.map((earlier) => rm(earlier, { force: true })));
      if (code === 'EEXIST' && isThere(file)) throw thereAlready(file);
      throw new UsageError(`${file} cannot be written: ${message}`, { cause: error });
    }
  }
  return targets.map(({ file }) => file);
}

/** A link that leads nowhere is there, too. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A folder that may not be looked into: writing says so.
    return false;
  }
}

function thereAlready(file: string): UsageError {
  return new UsageError(`${file} is there already, and nothing is written over it; choose another name or --dir`);
}
