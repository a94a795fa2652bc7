import { FormatError } from './archive-failures.ts';
import type { ByteSource } from './byte-source.ts';

/** What the end of a zip archive says of its directory. */
export interface ZipEnd {
  readonly directoryStart: number;
  readonly directoryBytes: number;
  /** The number of entries; above 65,534 only its lowest 16 bits where `isCountWhole` is false. */
  readonly entries: number;
  readonly isCountWhole: boolean;
  /** How far the archive begins behind the beginning of the file: the length of what was put before it. */
  readonly shift: number;
}

const END = 'PK\x05\x06';
const END_BYTES = 22;
const LONGEST_COMMENT_BYTES = 0xffff;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const LOCAL_HEADER = Buffer.from('PK\x03\x04');
const LOCAL_HEADER_BYTES = 30;
/** The name and the extra fields behind it. */
const LONGEST_VARIABLE_BYTES = 2 * 0xffff;
/** How the first part of a split archive begins. */
const SPLIT = Buffer.from('PK\x07\x08');
export const DIRECTORY_ENTRY = 0x02014b50;

/** It is a zip archive, whatever it begins with, but lies in several files or within another archive. */
export class ZipLayoutError extends FormatError {}

function splitError(): ZipLayoutError {
  return new ZipLayoutError('it is one part of a split archive; join the parts to one file first (zip -s 0)');
}

/** The directory as an end record has it. */
interface Claim {
  /** Where the directory should end: at the record. */
  readonly end: number;
  readonly bytes: number;
  readonly start: number;
  readonly entries: number;
  readonly isCountWhole: boolean;
}

/**
 * Finds the end record and by it the directory. The record is the last whose comment ends with the file, so that a
 * comment may hold anything, or with the empty bytes that fill up the last block where bsdtar writes to a pipe; before the
 * archive may stand another program, as in one that unpacks itself.
 *
 * @throws FormatError
 */
export async function findZipEnd(source: ByteSource): Promise<ZipEnd> {
  const length = Math.min(source.size, LOCATOR_BYTES + END_BYTES + LONGEST_COMMENT_BYTES);
  const tailStart = source.size - length;
  const tail = await source.read(tailStart, length);
  const padded = tail.findLastIndex((byte) => byte !== 0) + 1;
  const records = endRecords(tail);
  const record = records.find(({ end }) => end === length) ?? records.find(({ end }) => end >= padded && end < length);
  if (record !== undefined) return place(await claimOf(source, tail, tailStart, record.at), source);
  if (records.length > 0)
    throw new FormatError('its end does not stand at the end of the file; something was added, or is missing');
  if (length >= END_BYTES && (await source.read(0, 4)).equals(SPLIT)) throw splitError();
  throw new FormatError('it has no end; it is cut short, or something else');
}

/** What may be end records, from the last on, each with where its comment ends. */
function endRecords(tail: Buffer): { readonly at: number; readonly end: number }[] {
  const found: { at: number; end: number }[] = [];
  for (let at = tail.lastIndexOf(END); at !== -1; at = at === 0 ? -1 : tail.lastIndexOf(END, at - 1)) {
    if (at + END_BYTES <= tail.length) found.push({ at, end: at + END_BYTES + tail.readUInt16LE(at + 20) });
  }
  return found;
}

async function claimOf(source: ByteSource, tail: Buffer, tailStart: number, at: number): Promise<Claim> {
  const [disk, firstDisk, entriesHere, entries] = [4, 6, 8, 10].map((offset) => tail.readUInt16LE(at + offset));
  const [bytes, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  const large = await claimOf64(source, tail, tailStart, at);
  if (large !== undefined) return large;
  if (disk !== 0 || firstDisk !== 0 || entriesHere !== entries) throw splitError();
  if (bytes === 0xffffffff || start === 0xffffffff) throw new FormatError('its end of the 64-bit form is missing');
  return { end: tailStart + at, bytes, start, entries: entries ?? 0, isCountWhole: false };
}

/** The end of the 64-bit form, where there is one. */
async function claimOf64(source: ByteSource, tail: Buffer, tailStart: number, at: number): Promise<Claim | undefined> {
  const locator = at - LOCATOR_BYTES;
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR) return undefined;
  if (tail.readUInt32LE(locator + 16) > 1) throw splitError();
  // Where something stands before the archive, its own place is off; the record then lies right before the locator.
  for (const start of [Number(tail.readBigUInt64LE(locator + 8)), tailStart + locator - END64_BYTES]) {
    if (start < 0 || start + END64_BYTES > source.size) continue;
    const record = await source.read(start, END64_BYTES);
    if (record.readUInt32LE(0) !== END64) continue;
    if (record.readUInt32LE(16) !== 0) throw splitError();
    const [entries = 0, bytes = 0, offset = 0] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field)));
    return { end: start, bytes, start: offset, entries, isCountWhole: true };
  }
  return undefined;
}

async function place({ end, bytes, start, entries, isCountWhole }: Claim, source: ByteSource): Promise<ZipEnd> {
  // Such as an end record within the comment of another archive: some readers would see that one.
  if (bytes === 0 && end > 0) {
    throw new FormatError(`its end says that it holds nothing, but ${end} bytes stand before that`);
  }
  for (const shift of [end - bytes - start, 0]) {
    const directoryStart = start + shift;
    if (shift < 0 || directoryStart + bytes > end) break;
    if (entries === 0 || (await startsDirectory(source, directoryStart))) {
      await refuseAnother(source, shift);
      return { directoryStart, directoryBytes: bytes, entries, isCountWhole, shift };
    }
  }
  throw new FormatError('its directory is not where its end says that it is');
}

/**
 * Before an archive may stand a program, but no other archive: the outer one of a stored archive, say, that is cut short
 * behind it. What reads from the beginning would see that one.
 *
 * @param start - where the archive begins
 */
async function refuseAnother(source: ByteSource, start: number): Promise<void> {
  if (start === 0) return;
  const length = Math.min(start, LOCAL_HEADER_BYTES + LONGEST_VARIABLE_BYTES);
  const before = await source.read(start - length, length);
  const isOther = (await source.read(0, 4)).equals(LOCAL_HEADER) || endsWithLocalHeader(before);
  if (isOther)
    throw new ZipLayoutError('another zip archive begins before it; it is cut short, or two archives in one');
}

function endsWithLocalHeader(bytes: Buffer): boolean {
  for (
    let at = bytes.lastIndexOf(LOCAL_HEADER);
    at !== -1;
    at = at === 0 ? -1 : bytes.lastIndexOf(LOCAL_HEADER, at - 1)
  ) {
    if (at + LOCAL_HEADER_BYTES > bytes.length) continue;
    if (at + LOCAL_HEADER_BYTES + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28) === bytes.length)
      return true;
  }
  return false;
}

async function startsDirectory(source: ByteSource, start: number): Promise<boolean> {
  return start + 4 <= source.size && (await source.read(start, 4)).readUInt32LE() === DIRECTORY_ENTRY;
}
