import type { Entry, ZipFile } from 'yauzl';
import type { ArchiveFailures } from './archive-failures.ts';
import { pathProblem, plainPath } from './entry-path.ts';
import type { ObjectReader } from './object-reader.ts';

/*
 * The exported types name what is used of yauzl's instead of yauzl's own: those come in a package that is needed to
 * compile, and a user of the published types would have to install it, too.
 */

/** What an entry's two headers, in the directory and before its data, both say. */
export interface EntryHeader {
  readonly compressionMethod: number;
  readonly generalPurposeBitFlag: number;
}

/** An entry's header in the directory. */
export interface DirectoryHeader extends EntryHeader {
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly crc32: number;
  readonly fileNameRaw: Buffer;
  isEncrypted(): boolean;
  /** An archive that does not tell its time zone is read as if packed in this one. */
  getLastModDate(options: { readonly timezone: 'local' | 'UTC' }): Date;
}

/** An entry's header before its data. */
export interface LocalHeader extends EntryHeader {
  readonly fileName: Buffer;
  /** Where in the archive the data begin. */
  readonly fileDataStart: number;
}

/** One entry as the archive's central directory has it, its path checked. */
export interface ZipRecord {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly isSymbolicLink: boolean;
  readonly isExecutable: boolean;
  readonly entry: DirectoryHeader;
  /** Reads the header before the data. */
  readonly localHeader: () => Promise<LocalHeader>;
}

/** Signatures that may follow the last entry: the directory's end, its zip64 form, and a digital signature. */
const SIGNATURES_AFTER_ENTRIES: ReadonlySet<number> = new Set([0x06054b50, 0x06064b50, 0x05054b50]);

/**
 * Reads an archive's directory in order, one entry at a time.
 *
 * @throws an error of `failures` when it is no archive, is damaged, has more entries than `maxEntries`, or holds an unsafe path
 */
export async function* readDirectory(
  source: ObjectReader,
  failures: ArchiveFailures,
  maxEntries = Number.POSITIVE_INFINITY,
): AsyncGenerator<ZipRecord> {
  const yauzl = await loadYauzl();
  try {
    const { zip, next } = await openZip(source);
    if (zip.entryCount > maxEntries) {
      throw failures.because(`it has ${zip.entryCount} entries, more than the ${maxEntries} that are allowed`);
    }
    for (let entry = await next(); entry !== undefined; entry = await next()) {
      const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
      const problem = pathProblem(name);
      if (problem) throw failures.because(problem, { entry: name });
      yield recordOf(name, entry, zip);
    }
    // A count that is too small would hide entries; yauzl trusts it.
    const cursor = Number(zip.readEntryCursor);
    const signature = (await source.read(cursor, 4)).readUInt32LE();
    if (!SIGNATURES_AFTER_ENTRIES.has(signature)) {
      throw new Error(`its directory does not end after the ${zip.entryCount} entries that it is said to have`);
    }
  } catch (error) {
    throw failures.from(isParseError(error) ? notAnArchive(error, failures) : error);
  }
}

/** yauzl's own errors are plain ones; those of S3 and of the rules here have classes of their own. */
function isParseError(error: unknown): error is Error {
  return error instanceof Error && (error.constructor === Error || error instanceof RangeError);
}

function notAnArchive(error: Error, failures: ArchiveFailures): Error {
  return failures.because(`not a zip archive, or a damaged one: ${error.message}`, { cause: error });
}

function recordOf(name: string, entry: Entry, zip: ZipFile): ZipRecord {
  // Of the systems that write archives, Unix (3) and macOS (19) keep the file's mode in the upper half.
  const system = entry.versionMadeBy >>> 8;
  const mode = system === 3 || system === 19 ? entry.externalFileAttributes >>> 16 : 0;
  const isDirectory = name.endsWith('/');
  return {
    path: plainPath(name),
    isDirectory,
    isSymbolicLink: !isDirectory && (mode & 0o170000) === 0o120000,
    isExecutable: (mode & 0o111) !== 0,
    entry,
    localHeader: () => zip.readLocalFileHeaderPromise(entry),
  };
}

/** Takes the default: a bundler that splits chunks gives a CommonJS module no other export. */
async function loadYauzl(): Promise<typeof import('yauzl')> {
  return (await import('yauzl')).default;
}

interface OpenZip {
  readonly zip: ZipFile;
  /** The next entry; `undefined` after the last. */
  next(): Promise<Entry | undefined>;
}

async function openZip(source: ObjectReader): Promise<OpenZip> {
  const yauzl = await loadYauzl();
  let settle: { resolve(entry: Entry | undefined): void; reject(error: unknown): void } | undefined;
  const broken = (error: unknown) => settle?.reject(error);
  const reader = new (class extends yauzl.RandomAccessReader {
    override read(
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
      callback: (error: Error | null) => void,
    ): void {
      source
        .read(position, length)
        .then(
          (bytes) => {
            bytes.copy(buffer, offset);
            callback(null);
          },
          (error: Error) => callback(error),
        )
        // What the parser throws on a damaged archive must end this scan, not the process.
        .catch(broken);
    }
  })();
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    settle = { resolve: () => undefined, reject };
    // Names and sizes are checked here, where the error can name the entry.
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: false };
    yauzl.fromRandomAccessReader(reader, source.size, options, (error, opened) =>
      error ? reject(error) : resolve(opened),
    );
  });
  zip.on('entry', (entry: Entry) => settle?.resolve(entry));
  zip.on('end', () => settle?.resolve(undefined));
  zip.on('error', broken);
  return {
    zip,
    next: () =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        zip.readEntry();
      }),
  };
}
