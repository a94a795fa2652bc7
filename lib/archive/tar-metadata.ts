import { FormatError } from './archive-failures.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { sizeOf, TAR_BLOCK_BYTES, type TarHeader, textOf, timeOf } from './tar-header.ts';

/** What came before an entry to be used instead of its header's own members. */
export interface Overrides {
  readonly path?: string | undefined;
  readonly linkPath?: string | undefined;
  readonly size?: number | undefined;
  readonly modifiedMs?: number | undefined;
  readonly isSparse?: boolean;
}

/** What one extended header or long name may hold, in bytes: far more than any path. */
const LONGEST_METADATA_BYTES = 1024 * 1024;
/** What they may hold together, in bytes, and for each entry besides. */
const MOST_METADATA_BYTES = 16 * 1024 * 1024;
const METADATA_BYTES_OF_AN_ENTRY = 4096;
/** How many there may be, and for each entry besides: a global header, an extended one, two long names. */
const MOST_METADATA_HEADERS = 1_000;
const METADATA_HEADERS_OF_AN_ENTRY = 4;

/** Reads the headers that only say something of the entry that follows, and counts them. */
export interface TarMetadata {
  /** What is known of the next entry after this header; undefined when the header is that of an entry. */
  read(header: TarHeader, cursor: ByteCursor, before: Overrides): Promise<Overrides | undefined>;
  /** An entry was read. */
  countEntry(): void;
}

/** Creates the reader for one archive. */
export function createTarMetadata(): TarMetadata {
  let entries = 0;
  let headers = 0;
  let bytes = 0;

  function count(size: number): void {
    headers++;
    bytes += size;
    if (size > LONGEST_METADATA_BYTES) throw new FormatError(`an extended header has ${size} bytes`);
    if (headers > MOST_METADATA_HEADERS + METADATA_HEADERS_OF_AN_ENTRY * entries) {
      throw new FormatError(`it has ${headers} extended headers for ${entries} entries`);
    }
    if (bytes > MOST_METADATA_BYTES + METADATA_BYTES_OF_AN_ENTRY * entries) {
      throw new FormatError(`its extended headers hold ${bytes} bytes for ${entries} entries`);
    }
  }

  return {
    async read({ type, size }, cursor, before) {
      if (!METADATA_TYPES.has(type)) return undefined;
      count(size);
      const content = (size === 0 ? undefined : await cursor.take(size)) ?? Buffer.alloc(0);
      await cursor.skipTo(blockEnd(cursor.position));
      return overridesOf(type, content, before);
    },
    countEntry() {
      entries++;
    },
  };
}

/** Extended headers (`X` is Solaris' for `x`), long names, and what GNU and Solaris add that is no file: labels, access lists. */
const METADATA_TYPES: ReadonlySet<string> = new Set(['x', 'X', 'g', 'L', 'K', 'V', 'A']);

/** Where the block ends in which a position lies. */
export function blockEnd(position: number): number {
  return Math.ceil(position / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
}

function overridesOf(type: string, content: Buffer, before: Overrides): Overrides {
  if (type === 'L') return { ...before, path: longName(content) };
  if (type === 'K') return { ...before, linkPath: longName(content) };
  if (type === 'V' || type === 'A') return before;
  const records = readPaxRecords(content);
  if (type === 'g') {
    const told = ['path', 'linkpath', 'size'].find((key) => records.has(key));
    if (told !== undefined) throw new FormatError(`a global header sets the ${told} of all entries`);
    return before;
  }
  const path = records.get('GNU.sparse.name') ?? records.get('path');
  const seconds = Number(records.get('mtime') ?? Number.NaN);
  const size = records.get('size') ?? '';
  return {
    ...before,
    ...(path ? { path } : {}),
    ...(records.get('linkpath') ? { linkPath: records.get('linkpath') } : {}),
    ...(size === '' ? {} : { size: sizeOf(/^\d+$/.test(size) ? Number(size) : Number.NaN) }),
    ...(Number.isFinite(seconds) ? { modifiedMs: timeOf(seconds) } : {}),
    ...([...records.keys()].some((key) => key.startsWith('GNU.sparse.')) ? { isSparse: true } : {}),
  };
}

function longName(content: Buffer): string {
  const end = content.indexOf(0);
  return textOf(end < 0 ? content : content.subarray(0, end));
}

/** Reads the records of a pax extended header, `LENGTH KEY=VALUE\n` each. @throws FormatError when they are damaged */
function readPaxRecords(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let start = 0; start < content.length; ) {
    const space = content.indexOf(0x20, start);
    const digits = space > start && space - start < 10 ? content.toString('latin1', start, space) : '';
    const length = /^\d+$/.test(digits) ? Number(digits) : 0;
    const record = content.subarray(space + 1, start + length - 1);
    const equals = record.indexOf(0x3d);
    const isWhole = length > digits.length + 1 && content[start + length - 1] === 0x0a;
    if (!isWhole || equals < 1) throw new FormatError('an extended header is damaged');
    records.set(record.toString('utf8', 0, equals), textOf(record.subarray(equals + 1)));
    start += length;
  }
  return records;
}
