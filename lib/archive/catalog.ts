import type { Readable } from 'node:stream';
import { type Archive, type ArchiveEntry, DEFAULT_MAX_ENTRIES, MOST_NAME_BYTES } from './archive.ts';
import type { ArchiveFailures } from './archive-failures.ts';
import { LONGEST_PATH_BYTES } from './entry-path.ts';
import { createPace } from './pace.ts';
import type { Tree } from './resolve-path.ts';
import { zipTextOf } from './zip-name.ts';

/** Options of reading a catalog. */
export interface CatalogOptions {
  /** The most entries that the archive may have, the folders counted that only paths tell of. @defaultValue 500,000 */
  readonly maxEntries?: number | undefined;
  /** Sees each entry in order, at once where the list is being read; what it throws ends that. */
  readonly observe?: (entry: ArchiveEntry) => void;
}

/** Entries that are meant, such as a set or the keys of a map. */
export interface SomeEntries {
  has(entry: ArchiveEntry): boolean;
}

/** The list of an archive's entries, read once. */
export interface Catalog extends Tree<ArchiveEntry> {
  /** Reads the list, unless that was done. @throws an error of `failures` */
  load(options?: CatalogOptions): Promise<readonly ArchiveEntry[]>;
  /** All entries with this path that have content, in order. Load first. */
  leaves(path: string): readonly ArchiveEntry[];
  /** Reads where these links lead, for `linkTarget`. @throws an error of `failures` */
  loadLinkTargets(links: readonly ArchiveEntry[]): Promise<void>;
  /** Opens a content. @throws an error of `failures`, also when it cannot be read at all */
  open(entry: ArchiveEntry): Promise<Readable>;
  /** Gives the contents of entries in the order of the list. */
  contents(entries: SomeEntries, use: (entry: ArchiveEntry, content: Readable) => Promise<void>): Promise<void>;
}

interface Loaded {
  readonly entries: ArchiveEntry[];
  /** More than one entry only where a path stands in the archive twice. */
  readonly leaves: Map<string, ArchiveEntry | ArchiveEntry[]>;
  readonly folders: Set<string>;
}

/** Creates the catalog of an archive; nothing is read before it is asked for. */
export function createCatalog(archive: Archive, failures: ArchiveFailures, signal: AbortSignal): Catalog {
  const pace = createPace(signal);
  const linkTargets = new Map<ArchiveEntry, string>();
  let loaded: Loaded = { entries: [], leaves: new Map(), folders: new Set() };
  let loading: Promise<Loaded> | undefined;

  async function read(maxEntries: number, observe: (entry: ArchiveEntry) => void): Promise<Loaded> {
    const found: Loaded = { entries: [], leaves: new Map(), folders: new Set() };
    let nameBytes = 0;
    for await (const entry of archive.list(maxEntries)) {
      nameBytes += entry.path.length + (entry.linkTarget?.length ?? 0);
      add(entry, found);
      if (found.entries.length > maxEntries || found.leaves.size + found.folders.size > maxEntries + IMPLIED) {
        throw failures.because(`it has more than the ${maxEntries} entries that are allowed`);
      }
      if (nameBytes > MOST_NAME_BYTES) {
        throw failures.because(`the names of its entries take up more than ${MOST_NAME_BYTES} bytes`);
      }
      observe(entry);
    }
    return found;
  }

  async function load({ maxEntries = DEFAULT_MAX_ENTRIES, observe = () => undefined }: CatalogOptions = {}) {
    if (loading === undefined) {
      loading = read(maxEntries, observe);
      loading.catch(() => {
        loading = undefined;
      });
      loaded = await loading;
      return loaded.entries;
    }
    loaded = await loading;
    if (loaded.entries.length > maxEntries) {
      throw failures.because(`it has ${loaded.entries.length} entries, more than the ${maxEntries} that are allowed`);
    }
    for (const entry of loaded.entries) {
      await pace();
      observe(entry);
    }
    return loaded.entries;
  }

  function leaves(path: string): readonly ArchiveEntry[] {
    const found = loaded.leaves.get(path) ?? [];
    return Array.isArray(found) ? found : [found];
  }

  async function open(entry: ArchiveEntry): Promise<Readable> {
    if (entry.contentProblem !== undefined) throw failures.because(entry.contentProblem, { entry: entry.path });
    return archive.open(entry);
  }

  async function keepLinkTarget(entry: ArchiveEntry, content: Readable): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk as Buffer);
    linkTargets.set(entry, zipTextOf(Buffer.concat(chunks)));
  }

  async function contents(
    entries: SomeEntries,
    use: (entry: ArchiveEntry, content: Readable) => Promise<void>,
  ): Promise<void> {
    const inOrder = loaded.entries.filter((entry) => entries.has(entry));
    await archive.contents(inOrder, use).catch((error: unknown) => {
      throw failures.from(error);
    });
  }

  async function loadLinkTargets(links: readonly ArchiveEntry[]): Promise<void> {
    const unknown = links.filter((link) => link.linkTarget === undefined && !linkTargets.has(link));
    for (const { path, size, contentProblem } of unknown) {
      const problem =
        contentProblem ?? (size > LONGEST_PATH_BYTES ? 'the symbolic link is longer than any path' : undefined);
      if (problem !== undefined) throw failures.because(problem, { entry: path });
    }
    if (unknown.length > 0) await contents(new Set(unknown), keepLinkTarget);
  }

  return {
    load,
    leaves,
    leaf: (path) => leaves(path)[0],
    isFolder: (path) => path === '' || loaded.folders.has(path),
    loadLinkTargets,
    async linkTarget(link) {
      if (link.linkTarget === undefined) await loadLinkTargets([link]);
      return link.linkTarget ?? linkTargets.get(link) ?? '';
    },
    open,
    contents,
  };
}

/** How many folders the paths of an archive may tell of beyond its entries. */
const IMPLIED = 100_000;

function add(entry: ArchiveEntry, { entries, leaves, folders }: Loaded): void {
  const { path, kind } = entry;
  entries.push(entry);
  if (entry.nameProblem !== undefined || path === '') return;
  for (const folder of foldersOf(path, kind === 'folder')) {
    if (folders.has(folder)) break;
    folders.add(folder);
  }
  if (kind === 'folder') return;
  const before = leaves.get(path);
  if (before === undefined) leaves.set(path, entry);
  else if (Array.isArray(before)) before.push(entry);
  else leaves.set(path, [before, entry]);
}

/** The folders that a path needs, from the innermost out. */
export function* foldersOf(path: string, isFolder: boolean): Generator<string> {
  if (isFolder) yield path;
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    yield path.slice(0, slash);
  }
}
