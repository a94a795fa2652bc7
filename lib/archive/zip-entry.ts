import type { ArchiveEntry } from './archive.ts';

/** One entry of a zip archive, as its directory has it. */
export interface ZipEntry extends ArchiveEntry {
  /** The name as it stands, one character a byte. */
  readonly rawName: string;
  readonly method: number;
  readonly crc: number;
  /** Where in the file the header before the content begins. */
  readonly headerStart: number;
  /** Made on MS-DOS or Windows, as far as its writer says: paths may be divided by backslashes. */
  readonly isFromDos: boolean;
}
