import type { ArchiveFailures } from './archive-failures.ts';
import { type ByteSource, createByteSource } from './byte-source.ts';
import { pathProblem, plainPath } from './entry-path.ts';
import { isEmptyBlock, readPaxRecords, readTarHeader, TAR_BLOCK_BYTES, type TarHeader } from './tar-header.ts';

/** One entry of a tar archive, its path checked. */
export interface TarEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly size: number;
  readonly isExecutable: boolean;
  /** Where a symbolic link leads, as it is written. */
  readonly to: string;
  /** The content of a file, once, before the next entry is asked for. */
  content(): AsyncGenerator<Buffer>;
}

/** What an extended header and a long name may hold at most, in bytes: far more than any path. */
const LONGEST_METADATA_BYTES = 1024 * 1024;
/** Padding that writers leave behind the end, at most, in bytes. */
const LONGEST_PADDING_BYTES = 1024 * 1024;
const OTHER_KINDS: Readonly<Record<string, string>> = {
  1: 'a hard link',
  3: 'a character device',
  4: 'a block device',
  6: 'a named pipe',
  S: 'a sparse file',
};

/** What came before an entry to be used instead of its header's own members. */
interface Overrides {
  readonly path?: string;
  readonly linkPath?: string;
  readonly size?: number;
}

/**
 * Reads a tar archive (ustar, GNU or pax) in order. The stream is read to its end, so that a compressed one is
 * checked to its end, too.
 *
 * @throws an error of `failures` when it is no archive, is damaged, or holds an unsafe path or another kind of entry
 */
export async function* readTar(stream: AsyncIterable<Buffer>, failures: ArchiveFailures): AsyncGenerator<TarEntry> {
  const source = createByteSource(stream);
  try {
    let overrides: Overrides = {};
    for (;;) {
      const block = await source.take(TAR_BLOCK_BYTES);
      if (block === undefined) return;
      if (isEmptyBlock(block)) {
        await skipPadding(source);
        return;
      }
      const header = readTarHeader(block);
      const found = await readMetadata(header, source, overrides);
      if (found !== undefined) {
        overrides = found;
        continue;
      }
      const size = overrides.size ?? header.size;
      let left = true;
      const entry = entryOf({ ...header, size }, overrides, failures);
      overrides = {};
      yield {
        ...entry,
        async *content() {
          left = false;
          yield* source.pass(size);
        },
      };
      if (left) await discard(source.pass(size));
      await discard(source.pass(paddingOf(size)));
    }
  } catch (error) {
    throw failures.from(
      isFormatError(error) ? failures.because(`not a tar archive, or a damaged one: ${error.message}`) : error,
    );
  } finally {
    await source.end();
  }
}

/** What a metadata entry says of the next one; undefined for an ordinary entry. */
async function readMetadata(header: TarHeader, source: ByteSource, before: Overrides): Promise<Overrides | undefined> {
  const { type, size } = header;
  if (!['x', 'g', 'L', 'K'].includes(type)) return undefined;
  if (size > LONGEST_METADATA_BYTES) throw new Error(`an extended header has ${size} bytes`);
  const content = (await source.take(size)) ?? Buffer.alloc(0);
  await discard(source.pass(paddingOf(size)));
  if (type === 'g') return before;
  if (type === 'L') return { ...before, path: textOf(content) };
  if (type === 'K') return { ...before, linkPath: textOf(content) };
  const records = readPaxRecords(content);
  const [path, linkPath, length] = [records.get('path'), records.get('linkpath'), records.get('size')];
  return {
    ...before,
    ...(path === undefined ? {} : { path }),
    ...(linkPath === undefined ? {} : { linkPath }),
    ...(length === undefined ? {} : { size: sizeOf(length) }),
  };
}

function entryOf(header: TarHeader, overrides: Overrides, failures: ArchiveFailures): Omit<TarEntry, 'content'> {
  const name = overrides.path ?? header.name;
  const problem = pathProblem(name);
  if (problem !== undefined) throw failures.because(problem, { entry: name });
  const kinds: Readonly<Record<string, TarEntry['kind']>> = { 0: 'file', 7: 'file', 5: 'folder', 2: 'link' };
  // Before ustar, a folder was a file whose name ends in a slash.
  const kind = header.type === '0' && name.endsWith('/') ? 'folder' : kinds[header.type];
  if (kind === undefined) {
    const what = OTHER_KINDS[header.type] ?? `of type ${JSON.stringify(header.type)}`;
    throw failures.because(`the entry is ${what}; an archive may hold files, folders and symbolic links`, {
      entry: name,
    });
  }
  if (kind !== 'file' && header.size > 0)
    throw failures.because(`the entry is a ${kind} with content`, { entry: name });
  return {
    path: plainPath(name),
    kind,
    size: header.size,
    isExecutable: (header.mode & 0o111) !== 0,
    to: overrides.linkPath ?? header.linkName,
  };
}

async function skipPadding(source: ByteSource): Promise<void> {
  let bytes = 0;
  for await (const piece of source.remaining()) {
    bytes += piece.length;
    if (!isEmptyBlock(piece)) throw new Error('there is data behind its end');
    if (bytes > LONGEST_PADDING_BYTES) throw new Error('there is too much padding behind its end');
  }
}

async function discard(pieces: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of pieces);
}

function paddingOf(size: number): number {
  return (TAR_BLOCK_BYTES - (size % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}

function textOf(content: Buffer): string {
  return content.toString('utf8').replace(/\0+$/, '');
}

function sizeOf(text: string): number {
  const size = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(size))
    throw new Error('an extended header has a size that cannot be');
  return size;
}

/** The errors of this format are plain ones, and so are zlib's; those of S3 and of `failures` have classes of their own. */
function isFormatError(error: unknown): error is Error {
  return (
    error instanceof Error && error.constructor === Error && (error as NodeJS.ErrnoException).syscall === undefined
  );
}
