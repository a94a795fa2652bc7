import { Readable } from 'node:stream';
import { AwsCallError } from '../aws-call-error.ts';
import type { S3Location } from './bucket-address.ts';
import { getObject } from './get-object.ts';
import type { S3Client } from './s3-client.ts';

/** Reads any part of one object, which must not change meanwhile. */
export interface ObjectReader {
  /** In bytes. */
  readonly size: number;
  /** Reads exactly `length` bytes. @throws RangeError beyond the end, AwsCallError */
  read(start: number, length: number): Promise<Buffer>;
  /** Streams the bytes from `start` up to but not including `end`. */
  stream(start: number, end: number): Readable;
}

/** What is fetched at once where reads jump about, and the unit of the cache. */
const BLOCK_BYTES = 1024 * 1024;

/** How many blocks are fetched at once where reads go forward. */
const MAX_READ_AHEAD_BLOCKS = 4;

/** How many blocks are kept, the least recently read of them going first. */
const MAX_CACHED_BLOCKS = 16;

/** From here on a range gets a request of its own and does not pass through the cache. */
const DIRECT_STREAM_BYTES = 4 * BLOCK_BYTES;

/**
 * Opens an object by fetching its last MiB, where an archive has its directory; of most artifacts that is the whole.
 *
 * @throws AwsCallError `NoSuchKey`, `AccessDenied`, `InvalidRange` for an empty object, ...
 */
export async function openObjectReader(client: S3Client, location: S3Location): Promise<ObjectReader> {
  const last = await getObject(client, location, { range: { last: BLOCK_BYTES } });
  const { size, eTag, start: tailStart } = last;
  const tail = await collect(last.stream);
  const cache = new Map<number, Promise<Buffer>>();
  let readAhead = 1;
  let nextBlock = -1;

  const fetchRange = (start: number, end: number) =>
    getObject(client, location, { range: { start, end }, ...(eTag ? { ifMatch: eTag } : {}) });

  function block(index: number): Promise<Buffer> {
    const start = index * BLOCK_BYTES;
    if (start >= tailStart) return Promise.resolve(tail.subarray(start - tailStart, start - tailStart + BLOCK_BYTES));
    const cached = cache.get(index);
    if (cached !== undefined) {
      cache.delete(index);
      cache.set(index, cached);
      return cached;
    }
    readAhead = index === nextBlock ? Math.min(readAhead * 2, MAX_READ_AHEAD_BLOCKS) : 1;
    return fetchBlocks(index, readAhead);
  }

  /** Fetches blocks in one request and keeps them; one that fails is forgotten, so that it can be tried again. */
  function fetchBlocks(index: number, wanted: number): Promise<Buffer> {
    let count = 1;
    while (count < wanted && !cache.has(index + count) && (index + count) * BLOCK_BYTES < tailStart) count++;
    nextBlock = index + count;
    const start = index * BLOCK_BYTES;
    const all = fetchRange(start, Math.min(start + count * BLOCK_BYTES, size)).then(({ stream }) => collect(stream));
    for (let i = 0; i < count; i++) {
      const one = all.then((bytes) => bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES));
      one.catch(() => cache.get(index + i) === one && cache.delete(index + i));
      cache.set(index + i, one);
    }
    for (const oldest of cache.keys()) {
      if (cache.size <= MAX_CACHED_BLOCKS) break;
      cache.delete(oldest);
    }
    return cache.get(index) ?? all;
  }

  async function* pieces(start: number, end: number): AsyncGenerator<Buffer> {
    for (let position = start; position < end; ) {
      const index = Math.floor(position / BLOCK_BYTES);
      const from = index * BLOCK_BYTES;
      const piece = (await block(index)).subarray(position - from, end - from);
      if (piece.length === 0) throw shortRead(location);
      yield piece;
      position += piece.length;
    }
  }

  function check(start: number, end: number): void {
    if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end <= size)) {
      throw new RangeError(`it refers to bytes ${start} to ${end}, but has ${size} bytes`);
    }
  }

  return {
    size,
    async read(start, length) {
      const end = start + length;
      check(start, end);
      if (start >= tailStart) return tail.subarray(start - tailStart, end - tailStart);
      const found: Buffer[] = [];
      for await (const piece of pieces(start, end)) found.push(piece);
      return found.length === 1 ? (found[0] as Buffer) : Buffer.concat(found);
    },
    stream(start, end) {
      check(start, end);
      return Readable.from(end - start > DIRECT_STREAM_BYTES ? directly(fetchRange, start, end) : pieces(start, end), {
        objectMode: false,
      });
    },
  };
}

async function* directly(
  fetchRange: (start: number, end: number) => Promise<{ stream: Readable }>,
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  yield* (await fetchRange(start, end)).stream;
}

/** Reads a stream to its end. */
async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function shortRead(location: S3Location): AwsCallError {
  return new AwsCallError(`s3:GetObject of s3://${location.bucket}/${location.key} gave fewer bytes than asked for`, {
    code: 'IncompleteBody',
    fault: 'network',
    action: 's3:GetObject',
  });
}
