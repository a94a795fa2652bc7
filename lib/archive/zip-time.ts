import type { ExtraField } from './zip-name.ts';

/** Info-ZIP's time, in seconds since 1970, and that of NTFS, in units of 100 ns since 1601; both have a zone. */
const UNIX_TIME = 0x5455;
const NTFS_TIME = 0x000a;
const NTFS_EPOCH_MS = -11_644_473_600_000;

/** When a file was changed, in milliseconds since 1970: by an extra field, or by MS-DOS' date and time, taken for UTC. */
export function modifiedMsOf(date: number, time: number, extraFields: readonly ExtraField[]): number {
  for (const { id, data } of extraFields) {
    if (id === UNIX_TIME && data.length >= 5 && ((data[0] ?? 0) & 1) !== 0) return data.readInt32LE(1) * 1000;
    if (id === NTFS_TIME && data.length >= 16 && data.readUInt16LE(4) === 1) {
      return NTFS_EPOCH_MS + Math.round(Number(data.readBigUInt64LE(8)) / 10_000);
    }
  }
  const [day, month, year] = [date & 0x1f, (date >>> 5) & 0xf, 1980 + (date >>> 9)];
  return Date.UTC(year, month - 1, day, time >>> 11, (time >>> 5) & 0x3f, (time & 0x1f) * 2);
}
