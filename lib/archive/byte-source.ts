import type { Readable } from 'node:stream';

/** Where an archive's bytes come from: an object that is read by ranges and does not change meanwhile. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** Reads exactly `length` bytes. @throws RangeError beyond the end */
  read(start: number, length: number): Promise<Buffer>;
  /** Streams the bytes from `start` up to but not including `end`. @throws RangeError beyond the end */
  stream(start: number, end: number): Readable;
}
