import { type EntryKind, MOST_NAME_BYTES } from './archive.ts';
import { FormatError } from './archive-failures.ts';
import { type ByteCursor, createByteCursor } from './byte-cursor.ts';
import type { ByteSource } from './byte-source.ts';
import { nameOf } from './entry-name.ts';
import { contentProblem } from './zip-content-problem.ts';
import { DIRECTORY_ENTRY, type ZipEnd } from './zip-end.ts';
import type { ZipEntry } from './zip-entry.ts';
import { extraFieldsOf, zipNameOf } from './zip-name.ts';
import { createZipOverlap } from './zip-overlap.ts';
import { wholeSizes } from './zip-sizes.ts';
import { modifiedMsOf } from './zip-time.ts';

/** MS-DOS, Windows NTFS, VFAT. */
const DOS_SYSTEMS: ReadonlySet<number> = new Set([0, 10, 14]);

const ENTRY_BYTES = 46;
/** The digital signature that may end a directory. */
const SIGNATURE = 0x05054b50;

/** Reads the directory of a zip archive in order. @throws FormatError when it is damaged or has not the entries that it should */
export async function* readZipDirectory(
  source: ByteSource,
  end: ZipEnd,
  pace: () => Promise<void> | undefined,
): AsyncGenerator<ZipEntry> {
  const cursor = createByteCursor(source.stream(end.directoryStart, end.directoryStart + end.directoryBytes));
  const overlap = createZipOverlap();
  let entries = 0;
  let nameBytes = 0;
  try {
    for (;;) {
      await pace();
      const fixed = await takeHeader(cursor, end.directoryBytes);
      if (fixed === undefined) break;
      entries++;
      const entry = await entryOf(fixed, cursor, end.shift);
      overlap.add(entry);
      // Names that are too long for a path are kept as they stand, to be compared with those before the contents.
      nameBytes += entry.rawName.length;
      if (nameBytes > MOST_NAME_BYTES) throw new FormatError(`its names take up more than ${MOST_NAME_BYTES} bytes`);
      yield entry;
    }
  } finally {
    await cursor.end();
  }
  // A count that is too small would hide entries from other readers; old writers give its lowest 16 bits only.
  if (end.isCountWhole ? entries !== end.entries : entries % 0x10000 !== end.entries) {
    throw new FormatError(`its directory does not end after the ${end.entries} entries that it is said to have`);
  }
  overlap.check();
}

async function takeHeader(cursor: ByteCursor, directoryBytes: number): Promise<Buffer | undefined> {
  if (cursor.position === directoryBytes) return undefined;
  const signature = (await cursor.take(4))?.readUInt32LE();
  if (signature === SIGNATURE) return undefined;
  if (signature !== DIRECTORY_ENTRY) throw new FormatError('its directory is damaged');
  return cursor.take(ENTRY_BYTES - 4);
}

/** Reads one entry; positions are those of the specification, less the signature. */
async function entryOf(fixed: Buffer, cursor: ByteCursor, shift: number): Promise<ZipEntry> {
  const at16 = (position: number) => fixed.readUInt16LE(position - 4);
  const at32 = (position: number) => fixed.readUInt32LE(position - 4);
  const [nameBytes, extraBytes, commentBytes] = [at16(28), at16(30), at16(32)];
  const rest = nameBytes + extraBytes + commentBytes;
  const variable = (rest === 0 ? undefined : await cursor.take(rest)) ?? Buffer.alloc(0);
  const raw = variable.subarray(0, nameBytes);
  const extraFields = extraFieldsOf(variable.subarray(nameBytes, nameBytes + extraBytes));
  const [flags, method, system] = [at16(8), at16(10), at16(4) >>> 8];
  const sizes = wholeSizes({ size: at32(24), compressedSize: at32(20), headerStart: at32(42) }, extraFields);
  // Of the systems that write archives, Unix (3) and macOS (19) keep the file's mode in the upper half.
  const mode = system === 3 || system === 19 ? at32(38) >>> 16 : 0;
  const name = zipNameOf(raw, extraFields);
  const kind = kindOf(name, mode, sizes.size);
  const rawName = raw.toString('latin1');
  return {
    ...nameOf(name),
    kind,
    size: sizes.size,
    compressedSize: sizes.compressedSize,
    modifiedMs: modifiedMsOf(at16(14), at16(12), extraFields),
    isExecutable: (mode & 0o111) !== 0,
    contentProblem: contentProblem({ kind, flags, method, mode, size: sizes.size, isSizeKnown: sizes.isKnown }),
    // Most names are equal to their bytes; one string then serves both.
    rawName: rawName === name ? name : rawName,
    method,
    crc: at32(16),
    headerStart: sizes.headerStart + shift,
    // git says MS-DOS of everything, but gives no version.
    isFromDos: DOS_SYSTEMS.has(system) && at16(4) !== 0,
  };
}

const FILE_TYPE = 0o170000;
const TYPES: ReadonlyMap<number, EntryKind> = new Map([
  [0, 'file'],
  [0o100000, 'file'],
  // What came through a pipe, as of `zip out.zip -`: the content is there.
  [0o010000, 'file'],
  [0o120000, 'link'],
  [0o040000, 'folder'],
]);

function kindOf(name: string, mode: number, size: number): EntryKind {
  if (name.endsWith('/')) return 'folder';
  const kind = TYPES.get(mode & FILE_TYPE) ?? 'other';
  return kind === 'folder' && size > 0 ? 'file' : kind;
}
