import type { Readable } from 'node:stream';

/** What an entry is. `other` is what no archive may bring: a device, a pipe, a socket. */
export type EntryKind = 'file' | 'folder' | 'link' | 'hard-link' | 'other';

/** One entry as its archive lists it. Nothing in here has been trusted: look at the two problems first. */
export interface ArchiveEntry {
  /** Divided by slashes, without one at either end; the name as it stands where `nameProblem` says what is wrong. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Unpacked, in bytes. */
  readonly size: number;
  /** As it lies in the archive, in bytes. */
  readonly compressedSize: number;
  /** In milliseconds since 1970. A time without a zone is taken for UTC. */
  readonly modifiedMs: number;
  readonly isExecutable: boolean;
  /** Where a link leads, where the listing says so; a zip archive has it in the content. */
  readonly linkTarget?: string | undefined;
  /** Why no file may be written under this name. */
  readonly nameProblem?: string | undefined;
  /** Why the content cannot be read. */
  readonly contentProblem?: string | undefined;
}

/** A zip or tar archive. All errors are those of the `ArchiveFailures` that it was opened with. */
export interface Archive<Entry extends ArchiveEntry = ArchiveEntry> {
  /** Reads the list of entries, in order, from its beginning to its end. */
  list(maxEntries: number): AsyncIterable<Entry>;
  /** Opens one content, unpacked and checked. */
  open(entry: Entry): Promise<Readable>;
  /** Gives the contents of these entries, which stand in the order of the list, to `use`; several at once where it can. */
  contents(entries: readonly Entry[], use: (entry: Entry, content: Readable) => Promise<void>): Promise<void>;
}

/**
 * The 500,000 entries that an archive may have unless told otherwise: the largest source trees and `node_modules` have
 * some 100,000 files, and each entry takes half a kilobyte of memory, however small the archive is.
 */
export const DEFAULT_MAX_ENTRIES = 500_000;

/** What all names and links together may take up, in bytes. */
export const MOST_NAME_BYTES = 64 * 1024 * 1024;
