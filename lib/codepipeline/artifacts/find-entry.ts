import { type ObjectReader, plainPath, quoted, readDirectory, type ZipRecord } from '../../aws/archive/index.ts';
import type { ArtifactFailures } from './artifact-failure.ts';

/** How many of the entries an error lists. */
const LISTED = 10;

/**
 * Finds an entry by its path. The whole directory is read, so that a path which stands there twice is noticed.
 *
 * @throws ArtifactError when it is missing, saying what is there, or ambiguous
 */
export async function findEntry(path: string, source: ObjectReader, failures: ArtifactFailures): Promise<ZipRecord> {
  const wanted = plainPath(path);
  const names: string[] = [];
  let found: ZipRecord | undefined;
  let others = 0;
  for await (const record of readDirectory(source, failures)) {
    if (record.path === wanted) {
      if (found) throw failures.because('the archive has this path twice', { entry: wanted });
      found = record;
    } else if (!record.isDirectory && names.length < LISTED) names.push(record.path);
    else if (!record.isDirectory) others++;
  }
  if (found) return found;
  const more = others > 0 ? ` and ${others} more` : '';
  const listing = names.length > 0 ? `it has ${names.map(quoted).join(', ')}${more}` : 'it has no files';
  throw failures.because(`there is no such entry; ${listing}`, { entry: wanted });
}
