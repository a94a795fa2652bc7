import path from 'node:path';
import type { ArchiveEntry } from './archive.ts';
import { type ArchiveFailures, quoted } from './archive-failures.ts';
import { type Catalog, foldersOf } from './catalog.ts';
import { createContentTwins, differs } from './content-twins.ts';
import { LONGEST_PATH_BYTES } from './entry-path.ts';
import { DEFAULT_MAX_UNPACKED_BYTES, type ExtractedFiles, type ExtractOptions } from './extract-options.ts';
import { createSources } from './hard-links.ts';
import { createPace } from './pace.ts';
import { createPathFilter } from './path-filter.ts';
import type { PlannedLink } from './place-links.ts';
import { createPathResolver, type Resolved, type Tree } from './resolve-path.ts';

/** What will lie in the folder. */
export interface ExtractionPlan {
  /** Those that the archive has entries of; the others come with their files. */
  readonly folders: ReadonlySet<string>;
  /** Where each content is written to. */
  readonly files: ReadonlyMap<ArchiveEntry, string>;
  /** What other paths such a file gets, where it has any. */
  readonly hardLinks: ReadonlyMap<string, readonly string[]>;
  readonly links: readonly PlannedLink[];
  readonly extracted: ExtractedFiles;
}

/**
 * Surveys an archive before the first byte of it is written: every name, limit, conflict and link of what is wanted.
 *
 * @throws an error of `failures` that names the entry
 */
export async function planExtraction(
  catalog: Catalog,
  dir: string,
  failures: ArchiveFailures,
  signal: AbortSignal,
  options: ExtractOptions,
): Promise<ExtractionPlan> {
  const pace = createPace(signal);
  const isWanted = wantedBy(options);
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_UNPACKED_BYTES;
  const longestBytes = LONGEST_PATH_BYTES - 2 - Buffer.byteLength(path.resolve(dir));
  const leaves = new Map<string, ArchiveEntry>();
  const folders = new Set<string>();
  const listedFolders = new Set<string>();
  const repeats: ArchiveEntry[] = [];
  let bytes = 0;

  function countBytes({ size, path: entry }: ArchiveEntry): void {
    bytes += size;
    if (bytes <= maxBytes) return;
    throw failures.because(`up to here it unpacks to ${bytes} bytes, more than the ${maxBytes} that are allowed`, {
      entry,
    });
  }

  function observe(entry: ArchiveEntry): void {
    if (!isWanted(entry.path)) return;
    const problem =
      entry.nameProblem ?? entry.contentProblem ?? (isTooLong(entry, longestBytes) ? TOO_LONG : undefined);
    if (problem !== undefined) throw failures.because(problem, { entry: entry.path });
    if (entry.path === '') {
      if (entry.kind === 'folder') return;
      throw failures.because('the path names no file', { entry: entry.path });
    }
    for (const folder of foldersOf(entry.path, entry.kind === 'folder')) {
      if (leaves.has(folder)) throw fileAndFolder(folder, failures);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
    if (entry.kind === 'folder') {
      listedFolders.add(entry.path);
      return;
    }
    if (folders.has(entry.path)) throw fileAndFolder(entry.path, failures);
    if (leaves.has(entry.path)) {
      repeats.push(entry);
      return;
    }
    leaves.set(entry.path, entry);
    if (entry.kind === 'file') countBytes(entry);
  }

  /** A path may stand in an archive twice only if it does not matter which of the two is taken. */
  async function checkRepeats(): Promise<void> {
    const twins = createContentTwins();
    for (const repeat of repeats) {
      await pace();
      const first = sourceOf(leaves.get(repeat.path) as ArchiveEntry);
      const second = sourceOf(repeat);
      if (first === second) continue;
      if (first.kind !== second.kind || first.size !== second.size) throw differs(repeat, failures);
      if (first.kind === 'file') twins.join(first, second);
      else if ((await catalog.linkTarget(first)) !== (await catalog.linkTarget(second)))
        throw differs(repeat, failures);
    }
    await twins.check(catalog, failures);
  }

  await catalog.load({ maxEntries: options.maxEntries, observe });
  const sourceOf = createSources(catalog, failures);
  await checkRepeats();

  const files = new Map<ArchiveEntry, string>();
  const hardLinks = new Map<string, string[]>();
  const links: [path: string, link: ArchiveEntry][] = [];
  for (const [at, entry] of leaves) {
    await pace();
    const source = sourceOf(entry);
    const written = files.get(source);
    if (source.kind === 'link') links.push([at, source]);
    else if (written !== undefined) {
      const others = hardLinks.get(written);
      if (others === undefined) hardLinks.set(written, [at]);
      else others.push(at);
    } else {
      files.set(source, at);
      if (leaves.get(source.path) !== source) countBytes(source);
    }
  }
  const tree: Tree<ArchiveEntry> = {
    leaf: (at) => {
      const entry = leaves.get(at);
      return entry && sourceOf(entry);
    },
    isFolder: (at) => at === '' || folders.has(at),
    linkTarget: (link) => catalog.linkTarget(link),
  };
  const { planned, skipped } = await planLinks(
    links,
    createPathResolver(tree, pace),
    catalog,
    failures,
    options.strayLinks,
  );
  const extracted = { files: leaves.size - skipped.length, bytes };
  return {
    folders: listedFolders,
    files,
    hardLinks,
    links: planned,
    extracted: skipped.length === 0 ? extracted : { ...extracted, skippedLinks: skipped },
  };
}

function wantedBy({ include, exclude }: ExtractOptions): (path: string) => boolean {
  const isIncluded = include === undefined ? () => true : createPathFilter(include);
  const isExcluded = exclude === undefined ? () => false : createPathFilter(exclude);
  return (entry) => isIncluded(entry) && !isExcluded(entry);
}

const TOO_LONG = 'the path and that of the folder are together longer than any path may be; unpack into another folder';

function isTooLong({ path: entry }: ArchiveEntry, longestBytes: number): boolean {
  return entry.length * 3 > longestBytes && Buffer.byteLength(entry) > longestBytes;
}

function fileAndFolder(entry: string, failures: ArchiveFailures): Error {
  return failures.because('the archive has this path as a file or link and as a folder', { entry });
}

async function planLinks(
  links: readonly (readonly [path: string, link: ArchiveEntry])[],
  resolve: (path: string) => Promise<Resolved<ArchiveEntry>>,
  catalog: Catalog,
  failures: ArchiveFailures,
  strayLinks: ExtractOptions['strayLinks'],
): Promise<{ planned: PlannedLink[]; skipped: string[] }> {
  const planned: PlannedLink[] = [];
  const skipped: string[] = [];
  await catalog.loadLinkTargets(links.map(([, link]) => link));
  for (const [at, link] of links) {
    const to = await catalog.linkTarget(link);
    const problem = strayProblem(await resolve(at), to);
    if (problem === undefined) planned.push({ path: at, to });
    else if (strayLinks === 'skip') skipped.push(at);
    else throw failures.because(`${problem}; exclude it, or choose strayLinks: 'skip'`, { entry: at });
  }
  return { planned, skipped };
}

function strayProblem({ kind }: Resolved<ArchiveEntry>, to: string): string | undefined {
  if (kind === 'outside') return `the symbolic link leads out of the archive, to ${quoted(to)}`;
  if (kind === 'nothing') return `the symbolic link leads to nothing in the archive that is unpacked, to ${quoted(to)}`;
  return undefined;
}
