import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../usage-error.ts';

/**
 * Writes files below a folder, all or none, and never over one that is there. Empty lines at the beginning of a content
 * are left out.
 *
 * @returns the paths, beginning with the folder's
 * @throws UsageError naming the file that is there already
 */
export async function writeNewFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const targets = Object.entries(files).map(([name, content]) => ({
    file: path.join(folder, name),
    content: content.trimStart(),
  }));
  const existing = targets.find(({ file }) => existsSync(file));
  if (existing !== undefined) throw thereAlready(existing.file);
  for (const { file, content } of targets) {
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content, { flag: 'wx' });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST' && existsSync(file)) throw thereAlready(file);
      throw new UsageError(`${file} cannot be written: ${message}`, { cause: error });
    }
  }
  return targets.map(({ file }) => file);
}

function thereAlready(file: string): UsageError {
  return new UsageError(`${file} is there already, and nothing is written over it; choose another name or --dir`);
}
