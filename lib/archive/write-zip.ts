import { pipeline } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { ZipMember } from './zip-member.ts';
import { type CountedEntry, dataDescriptor, directoryEntry, endOfZip, localHeader } from './zip-records.ts';

/** Writes an archive as a stream; one member is open at a time. The stream fails with whatever a member fails with. */
export async function* zipOf(members: readonly ZipMember[]): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let position = 0;
  for (const member of members) {
    const count = { crc: 0, size: 0, compressedSize: 0 };
    const headerStart = position;
    for await (const piece of member.kind === 'folder' ? [localHeader(member)] : fileOf(member, count)) {
      position += piece.length;
      yield piece;
    }
    directory.push(directoryEntry(member, { ...count, headerStart }));
  }
  const directoryStart = position;
  for (const entry of directory) {
    position += entry.length;
    yield entry;
  }
  yield endOfZip(directory.length, directoryStart, position - directoryStart);
}

type Count = { -readonly [Key in keyof Omit<CountedEntry, 'headerStart'>]: number };

/** Header, content and what is known of the content only now. */
async function* fileOf(member: ZipMember, count: Count): AsyncGenerator<Buffer> {
  yield localHeader(member);
  const content = await member.open();
  try {
    if (content.errored) throw content.errored;
    if (content.destroyed) throw new Error('the stream was closed before its end');
    // A pipeline ends all when one ends early; the error itself comes out of the reading.
    const packed = pipeline(
      content,
      (source) => counted(source, count),
      createDeflateRaw(),
      () => undefined,
    );
    for await (const piece of packed) {
      count.compressedSize += (piece as Buffer).length;
      yield piece as Buffer;
    }
  } finally {
    content.destroy();
  }
  yield dataDescriptor(count);
}

async function* counted(source: AsyncIterable<Buffer | string>, count: Count): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    if (typeof chunk !== 'string' && !((chunk as unknown) instanceof Uint8Array)) {
      throw new TypeError(`the stream must give bytes or text, but gave ${chunk === null ? 'null' : typeof chunk}`);
    }
    const piece = Buffer.from(chunk as Buffer);
    count.crc = crc32(piece, count.crc);
    count.size += piece.length;
    yield piece;
  }
}
