import { nameOf } from './entry-name.ts';
import { LONGEST_PATH_BYTES } from './entry-path.ts';
import type { ZipEntry } from './zip-entry.ts';

/**
 * Reads names whose folders are divided by backslashes, as old versions of .NET and PowerShell write them. A name alone
 * does not tell: other programs write `a\b` for a file that is called so. So names are divided only where they are of
 * Windows and the whole archive has no slash.
 *
 * @param read - reads the directory from its beginning
 */
export async function* withDividedNames(read: () => AsyncIterable<ZipEntry>): AsyncGenerator<ZipEntry> {
  let isDivided: boolean | undefined;
  for await (const entry of read()) {
    if (entry.rawName.includes('/')) isDivided = false;
    const mayBe = entry.isFromDos && entry.path.includes('\\');
    if (mayBe && isDivided === undefined) isDivided = !(await hasSlashes(read()));
    yield mayBe && isDivided ? divided(entry) : entry;
  }
}

async function hasSlashes(entries: AsyncIterable<ZipEntry>): Promise<boolean> {
  for await (const { rawName } of entries) if (rawName.includes('/')) return true;
  return false;
}

function divided(entry: ZipEntry): ZipEntry {
  if (entry.rawName.length > LONGEST_PATH_BYTES) return entry;
  const name = entry.path.replaceAll('\\', '/');
  return { ...entry, ...nameOf(name), kind: name.endsWith('/') ? 'folder' : entry.kind };
}
