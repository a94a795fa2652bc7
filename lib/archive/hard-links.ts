import type { ArchiveEntry } from './archive.ts';
import { type ArchiveFailures, quoted } from './archive-failures.ts';
import type { Catalog } from './catalog.ts';
import { pathProblem, plainPath } from './entry-path.ts';

/**
 * Finds what hard links stand for: the entry of the archive, a file or a symbolic link, that has the content. Every other
 * entry stands for itself.
 *
 * @throws from what it returns: an error of `failures` when the archive has no such entry
 */
export function createSources(catalog: Catalog, failures: ArchiveFailures): (entry: ArchiveEntry) => ArchiveEntry {
  const sources = new Map<ArchiveEntry, ArchiveEntry>();

  return (entry) => {
    if (entry.kind !== 'hard-link') return entry;
    const way = new Set<ArchiveEntry>();
    let source: ArchiveEntry | undefined = entry;
    while (source?.kind === 'hard-link' && !way.has(source)) {
      way.add(source);
      source = sources.get(source) ?? targetOf(source, catalog);
    }
    if (
      source === undefined ||
      (source.kind !== 'file' && source.kind !== 'link') ||
      source.contentProblem !== undefined
    ) {
      const to = quoted(entry.linkTarget ?? '');
      throw failures.because(`the entry is a hard link to ${to}, and the archive has no such file`, {
        entry: entry.path,
      });
    }
    for (const link of way) sources.set(link, source);
    return source;
  };
}

function targetOf(link: ArchiveEntry, catalog: Catalog): ArchiveEntry | undefined {
  const target = link.linkTarget ?? '';
  return pathProblem(target) === undefined ? catalog.leaf(plainPath(target)) : undefined;
}
