import type { ArchiveEntry, EntryKind } from './archive.ts';
import { FormatError } from './archive-failures.ts';
import { type ByteCursor, createByteCursor } from './byte-cursor.ts';
import { linkProblem, nameOf, shortened } from './entry-name.ts';
import { isEmpty, readTarHeader, TAR_BLOCK_BYTES, type TarHeader } from './tar-header.ts';
import { blockEnd, createTarMetadata, type Overrides } from './tar-metadata.ts';

/** One entry of a tar archive. */
export interface TarEntry extends ArchiveEntry {
  /** Where the content begins in the archive as it is without gzip. */
  readonly contentStart: number;
}

/** Padding that writers leave behind the end, at most, in bytes. */
const LONGEST_PADDING_BYTES = 1024 * 1024;

/**
 * Reads a tar archive (v7, ustar, GNU or pax) in order. What is not taken of an entry's content is passed over. The
 * stream is read to its end, so that a compressed one is checked to its end, too.
 *
 * @throws FormatError when it is no archive or is damaged
 */
export async function* readTar(
  stream: AsyncIterable<Buffer>,
  pace: () => Promise<void> | undefined,
): AsyncGenerator<{ entry: TarEntry; cursor: ByteCursor }> {
  const cursor = createByteCursor(stream);
  const metadata = createTarMetadata();
  try {
    let overrides: Overrides = {};
    for (;;) {
      await pace();
      const block = await cursor.take(TAR_BLOCK_BYTES);
      if (block === undefined) throw new FormatError('it is cut short: the empty blocks at its end are missing');
      if (isEmpty(block)) return await skipPadding(cursor);
      const header = readTarHeader(block);
      const found = await metadata.read(header, cursor, overrides);
      if (found !== undefined) {
        overrides = found;
        continue;
      }
      metadata.countEntry();
      if (header.type === OLD_SPARSE) await skipSparseMap(block, cursor, pace);
      const contentBytes = HEADER_ONLY.has(header.type) ? 0 : (overrides.size ?? header.size);
      const entry = entryOf(header, overrides, contentBytes, cursor.position);
      overrides = {};
      yield { entry, cursor };
      await cursor.skipTo(blockEnd(entry.contentStart + contentBytes));
    }
  } finally {
    await cursor.end();
  }
}

const KINDS: Readonly<Record<string, EntryKind>> = { 0: 'file', 7: 'file', 5: 'folder', 2: 'link', 1: 'hard-link' };
/**
 * Links, devices, folders and pipes are a header alone, whatever size that tells: libarchive and Python read them so, and GNU
 * tar does with hard links and folders.
 */
const HEADER_ONLY: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6']);
const OTHER_KINDS: Readonly<Record<string, string>> = {
  3: 'a character device',
  4: 'a block device',
  6: 'a named pipe',
  D: 'a folder of an incremental backup',
  M: 'the rest of a file that another volume begins',
};
/** A file with holes as GNU tar writes it in its own format; in pax archives records tell of them. */
const OLD_SPARSE = 'S';
/** Where a header, and each block of the map that may follow it, says that one more block of the map comes (GNU tar's `struct oldgnu_header`, `struct sparse_header`). */
const MAP_GOES_ON = { header: 482, block: 504 };

/** Passes over the rest of the map of a sparse file, which stands before its content and is no part of its size. */
async function skipSparseMap(header: Buffer, cursor: ByteCursor, pace: () => Promise<void> | undefined): Promise<void> {
  let goesOn = header[MAP_GOES_ON.header] !== 0;
  while (goesOn) {
    await pace();
    const block = await cursor.take(TAR_BLOCK_BYTES);
    if (block === undefined) throw new FormatError('it is cut short within the map of a sparse file');
    goesOn = block[MAP_GOES_ON.block] !== 0;
  }
}

function entryOf(header: TarHeader, overrides: Overrides, contentBytes: number, contentStart: number): TarEntry {
  const name = overrides.path ?? header.name;
  // Before ustar, a folder was a file whose name ends in a slash. It may have content, which belongs to nothing.
  const kind = header.type === '0' && name.endsWith('/') ? 'folder' : (KINDS[header.type] ?? 'other');
  const linkTarget = kind === 'link' || kind === 'hard-link' ? (overrides.linkPath ?? header.linkName) : undefined;
  const size = kind === 'folder' ? 0 : contentBytes;
  return {
    ...nameOf(name),
    kind: overrides.isSparse ? 'other' : kind,
    size,
    compressedSize: size,
    modifiedMs: overrides.modifiedMs ?? header.modifiedMs,
    isExecutable: (header.mode & 0o111) !== 0,
    linkTarget: linkTarget === undefined ? undefined : shortened(linkTarget),
    contentProblem: contentProblem(header.type, kind, overrides.isSparse) ?? linkProblem(linkTarget),
    contentStart,
  };
}

function contentProblem(type: string, kind: EntryKind, isSparse: boolean | undefined): string | undefined {
  if (isSparse || type === OLD_SPARSE)
    return 'the entry is a sparse file; pack it without holes (tar without --sparse, bsdtar with --no-read-sparse)';
  if (kind !== 'other') return undefined;
  const what = OTHER_KINDS[type] ?? `of type ${JSON.stringify(type)}`;
  return `the entry is ${what}; an archive may hold files, folders and links`;
}

async function skipPadding(cursor: ByteCursor): Promise<void> {
  let bytes = 0;
  for await (const piece of cursor.remaining()) {
    bytes += piece.length;
    if (!isEmpty(piece)) throw new FormatError('there is data behind its end');
    if (bytes > LONGEST_PADDING_BYTES) throw new FormatError('there is too much padding behind its end');
  }
}
