import {
  type ArchiveEntry,
  type Catalog,
  createContentTwins,
  createSources,
  differs,
  plainPath,
  quoted,
  resolvePath,
} from '../../archive/index.ts';
import type { ArtifactFailures } from './artifact-failure.ts';

/** How many of the entries an error lists. */
const LISTED = 10;

/** What reading a path gives: the entry with the content, or the folder that the path names. */
export type FoundEntry = ArchiveEntry | 'folder';

/**
 * Finds what a file system would find at a path, once the archive is unpacked: links are followed, within the archive
 * alone. Only what stands at the path matters; the rest of the archive may be broken.
 *
 * @throws ArtifactError when nothing is there, saying what is in the archive, or when the path is ambiguous
 */
export async function findEntry(path: string, catalog: Catalog, failures: ArtifactFailures): Promise<FoundEntry> {
  const entries = await catalog.load();
  const wanted = plainPath(path);
  const found = await resolvePath(wanted, catalog);
  if (found.kind === 'folder') return 'folder';
  if (found.kind === 'entry') return checked(found.entry, catalog, failures);
  if (found.link !== undefined) {
    const where = found.kind === 'outside' ? 'out of the archive' : 'to nothing in the archive';
    const link = found.link === wanted ? '' : ` ${quoted(found.link)} on the way`;
    throw failures.because(`the symbolic link${link} leads ${where}`, { entry: wanted });
  }
  const other = entries.find((entry) => isMeantBy(path, entry));
  if (other === undefined) throw missing(wanted, entries, failures);
  if (other.nameProblem !== undefined) throw failures.because(other.nameProblem, { entry: other.path });
  return findEntry(other.path, catalog, failures);
}

/** Some systems, macOS above all, write `ü` as two characters; and names that are refused are found by what they are. */
function isMeantBy(path: string, entry: ArchiveEntry): boolean {
  if (entry.nameProblem !== undefined) return entry.path === path;
  return entry.path !== '' && entry.path.normalize() === plainPath(path).normalize() && entry.path !== plainPath(path);
}

/** The entry that has the content. A path that stands in the archive twice must have the same each time. */
async function checked(entry: ArchiveEntry, catalog: Catalog, failures: ArtifactFailures): Promise<ArchiveEntry> {
  const sourceOf = createSources(catalog, failures);
  const source = sourceOf(entry);
  if (source.kind === 'link') return followed(source, catalog, failures);
  const twins = createContentTwins();
  for (const other of catalog.leaves(entry.path)) {
    const twin = sourceOf(other);
    if (twin.contentProblem !== undefined) throw failures.because(twin.contentProblem, { entry: entry.path });
    if (twin.kind !== 'file' || twin.size !== source.size) throw differs(entry, failures);
    if (twin !== source) twins.join(source, twin);
  }
  await twins.check(catalog, failures);
  return source;
}

/** What a hard link to a symbolic link leads to. */
async function followed(link: ArchiveEntry, catalog: Catalog, failures: ArtifactFailures): Promise<ArchiveEntry> {
  const found = await findEntry(link.path, catalog, failures);
  if (found === 'folder') throw failures.because('the entry is a folder and has no content', { entry: link.path });
  return found;
}

function missing(wanted: string, entries: readonly ArchiveEntry[], failures: ArtifactFailures): Error {
  const files = entries.filter(({ kind }) => kind !== 'folder');
  const names = files.slice(0, LISTED).map(({ path }) => quoted(path));
  const more = files.length > names.length ? ` and ${files.length - names.length} more` : '';
  const listing = names.length > 0 ? `it has ${names.join(', ')}${more}` : 'it has no files';
  return failures.because(`there is no such entry; ${listing}`, { entry: wanted });
}
