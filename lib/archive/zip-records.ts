import type { ZipMember } from './zip-member.ts';

/** What is known of an entry once it was written. */
export interface CountedEntry {
  readonly crc: number;
  readonly size: number;
  readonly compressedSize: number;
  readonly headerStart: number;
}

/** Modes as Unix has them: the kind of the file and its permissions. */
const FILE_MODE = 0o100644;
const EXECUTABLE_MODE = 0o100755;
const FOLDER_MODE = 0o040755;
const LINK_MODE = 0o120777;

/** Made on Unix by version 6.3 of the specification; read from version 2.0, or with the 64-bit form from 4.5 on. */
const MADE_BY = (3 << 8) | 63;
const NEEDS = 20;
const NEEDS_64 = 45;
/** The name is UTF-8; sizes and checksum stand behind the content. */
const UTF8 = 0x800;
const DESCRIPTOR_FOLLOWS = 0x8;
/** From here on a number is in the 64-bit form. */
const LARGE = 0xffffffff;
const MANY = 0xffff;

/** The header before an entry's content. */
export function localHeader(member: ZipMember): Buffer {
  const name = nameOf(member);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(NEEDS, 4);
  writeKind(header, 6, member);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

/** What stands behind a content. */
export function dataDescriptor({ crc, size, compressedSize }: Omit<CountedEntry, 'headerStart'>): Buffer {
  const isLarge = size >= LARGE || compressedSize >= LARGE;
  const descriptor = Buffer.alloc(isLarge ? 24 : 16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(crc, 4);
  if (isLarge) {
    descriptor.writeBigUInt64LE(BigInt(compressedSize), 8);
    descriptor.writeBigUInt64LE(BigInt(size), 16);
  } else {
    descriptor.writeUInt32LE(compressedSize, 8);
    descriptor.writeUInt32LE(size, 12);
  }
  return descriptor;
}

/** An entry of the directory. */
export function directoryEntry(member: ZipMember, { crc, size, compressedSize, headerStart }: CountedEntry): Buffer {
  const isLarge = Math.max(size, compressedSize, headerStart) >= LARGE;
  const name = nameOf(member);
  const extra = Buffer.concat([
    timeField(member),
    isLarge ? sizesField([size, compressedSize, headerStart]) : Buffer.alloc(0),
  ]);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(MADE_BY, 4);
  entry.writeUInt16LE(isLarge ? NEEDS_64 : NEEDS, 6);
  writeKind(entry, 8, member);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(isLarge ? LARGE : compressedSize, 20);
  entry.writeUInt32LE(isLarge ? LARGE : size, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra.length, 30);
  entry.writeUInt32LE((modeOf(member) << 16) >>> 0, 38);
  entry.writeUInt32LE(isLarge ? LARGE : headerStart, 42);
  return Buffer.concat([entry, name, extra]);
}

/** The end of an archive, also in its 64-bit form where that is needed. */
export function endOfZip(entries: number, directoryStart: number, directoryBytes: number): Buffer {
  const isLarge = entries >= MANY || directoryStart >= LARGE || directoryBytes >= LARGE;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(isLarge ? MANY : entries, 8);
  end.writeUInt16LE(isLarge ? MANY : entries, 10);
  end.writeUInt32LE(isLarge ? LARGE : directoryBytes, 12);
  end.writeUInt32LE(isLarge ? LARGE : directoryStart, 16);
  return isLarge ? Buffer.concat([end64(entries, directoryStart, directoryBytes), end]) : end;
}

function end64(entries: number, directoryStart: number, directoryBytes: number): Buffer {
  const end = Buffer.alloc(56 + 20);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(MADE_BY, 12);
  end.writeUInt16LE(NEEDS_64, 14);
  end.writeBigUInt64LE(BigInt(entries), 24);
  end.writeBigUInt64LE(BigInt(entries), 32);
  end.writeBigUInt64LE(BigInt(directoryBytes), 40);
  end.writeBigUInt64LE(BigInt(directoryStart), 48);
  // The locator, which tells where this record begins.
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(directoryStart + directoryBytes), 64);
  end.writeUInt32LE(1, 72);
  return end;
}

function nameOf({ path, kind }: ZipMember): Buffer {
  return Buffer.from(kind === 'folder' ? `${path}/` : path);
}

/** Flags, method and time, which stand in the same order in both headers. */
function writeKind(header: Buffer, position: number, { kind, modified }: ZipMember): void {
  const isFolder = kind === 'folder';
  header.writeUInt16LE(isFolder ? UTF8 : UTF8 | DESCRIPTOR_FOLLOWS, position);
  header.writeUInt16LE(isFolder ? 0 : 8, position + 2);
  const { date, time } = dosTimeOf(modified);
  header.writeUInt16LE(time, position + 4);
  header.writeUInt16LE(date, position + 6);
}

function modeOf({ kind, executable }: ZipMember): number {
  if (kind === 'folder') return FOLDER_MODE;
  if (kind === 'link') return LINK_MODE;
  return executable ? EXECUTABLE_MODE : FILE_MODE;
}

/** MS-DOS' date and time, which have no zone and reach from 1980 to 2107; written as UTC, the same on every machine. */
function dosTimeOf(modified: Date | undefined): { date: number; time: number } {
  const earliest = Date.UTC(1980, 0, 1);
  const latest = Date.UTC(2107, 11, 31, 23, 59, 58);
  const moment = new Date(Math.min(latest, Math.max(earliest, modified?.getTime() ?? earliest)));
  return {
    date: ((moment.getUTCFullYear() - 1980) << 9) | ((moment.getUTCMonth() + 1) << 5) | moment.getUTCDate(),
    time: (moment.getUTCHours() << 11) | (moment.getUTCMinutes() << 5) | (moment.getUTCSeconds() >>> 1),
  };
}

/**
 * Info-ZIP's time, in seconds since 1970, which is what programs on Unix read. It goes before MS-DOS' time, so it is left out
 * where its 32 bits do not reach.
 */
function timeField({ modified }: ZipMember): Buffer {
  const seconds = Math.floor((modified?.getTime() ?? Number.NaN) / 1000);
  if (seconds !== (seconds | 0)) return Buffer.alloc(0);
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x5455, 0);
  field.writeUInt16LE(5, 2);
  field.writeUInt8(1, 4);
  field.writeInt32LE(seconds, 5);
  return field;
}

function sizesField(sizes: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * sizes.length);
  field.writeUInt16LE(0x0001, 0);
  field.writeUInt16LE(8 * sizes.length, 2);
  for (const [index, size] of sizes.entries()) field.writeBigUInt64LE(BigInt(size), 4 + 8 * index);
  return field;
}
