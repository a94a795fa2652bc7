import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { AwsCallError } from '../aws-call-error.ts';
import type { S3Version } from './bucket-address.ts';
import type { S3Client } from './s3-client.ts';
import { headerOf } from './s3-error.ts';

/** Which bytes to get: from `start` up to but not including `end`, or the `last` ones. */
export type ObjectRange = { readonly start: number; readonly end: number } | { readonly last: number };

/** Options of {@link getObject}. */
export interface GetObjectOptions {
  readonly range?: ObjectRange;
  /** Fails with `PreconditionFailed` unless the object still has this ETag. */
  readonly ifMatch?: string;
}

/** An object, or the part of it that was asked for. */
export interface ReceivedObject {
  readonly eTag: string;
  /** The position of the first byte of `stream` in the object. */
  readonly start: number;
  /** How many bytes `stream` holds. */
  readonly length: number;
  /** The size of the whole object, in bytes. */
  readonly size: number;
  readonly contentType: string | undefined;
  /**
   * The bytes, exactly `length` of them. A connection that breaks is taken up where it broke, as long as the object
   * stays the same; the stream fails with an AwsCallError otherwise.
   */
  readonly stream: Readable;
}

const ACTION = 's3:GetObject';
const actionOf = ({ versionId }: S3Version) => (versionId === undefined ? ACTION : 's3:GetObjectVersion');

/**
 * Gets an object as a stream.
 *
 * @throws AwsCallError `NoSuchKey`, `AccessDenied`, `InvalidRange` (also for the last bytes of an empty object), ...
 */
export async function getObject(
  client: S3Client,
  location: S3Version,
  options: GetObjectOptions = {},
): Promise<ReceivedObject> {
  const response = await client.send({
    location,
    versionId: location.versionId,
    action: actionOf(location),
    method: 'GET',
    headers: {
      ...(options.range ? { range: rangeHeader(options.range) } : {}),
      ...(options.ifMatch ? { 'if-match': options.ifMatch } : {}),
    },
  });
  const extent = extentOf(response, options.range);
  const eTag = headerOf(response, 'etag') ?? '';
  const stream = Readable.from(bytesOf(client, location, response, { ...extent, eTag: options.ifMatch ?? eTag }), {
    objectMode: false,
    highWaterMark: 256 * 1024,
  });
  // A stream that nobody begins to read never enters the generator, so its connection is let go here.
  stream.once('close', () => response.destroy());
  return { eTag, ...extent, contentType: headerOf(response, 'content-type'), stream };
}

interface Extent {
  readonly start: number;
  readonly length: number;
  readonly size: number;
}

function rangeHeader(range: ObjectRange): string {
  return 'last' in range ? `bytes=-${range.last}` : `bytes=${range.start}-${range.end - 1}`;
}

function extentOf(response: IncomingMessage, range: ObjectRange | undefined): Extent {
  const length = Number(headerOf(response, 'content-length') ?? Number.NaN);
  if (range === undefined && Number.isSafeInteger(length)) return { start: 0, length, size: length };
  const [, from, to, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headerOf(response, 'content-range') ?? '') ?? [];
  const extent = { start: Number(from), length: Number(to) - Number(from) + 1, size: Number(size) };
  const expected = range && 'start' in range ? range.start : extent.start;
  if (response.statusCode === 206 && extent.start === expected && extent.length > 0) return extent;
  response.destroy();
  throw new AwsCallError(
    `${ACTION} answered ${response.statusCode} without the length or the range of bytes that it sends`,
    { code: 'UnreadableAnswer', fault: 'server', action: ACTION, status: response.statusCode ?? 0 },
  );
}

async function* bytesOf(
  client: S3Client,
  location: S3Version,
  first: IncomingMessage,
  extent: Extent & { eTag: string },
): AsyncGenerator<Buffer> {
  const end = extent.start + extent.length;
  let position = extent.start;
  let response = first;
  let fruitless = 0;
  try {
    for (;;) {
      const before = position;
      const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]();
      let cause: unknown;
      for (;;) {
        // Only the reading is tried: an error of the consumer must not look like one of the connection.
        const next = await chunks.next().catch((error: unknown) => {
          cause = error;
          return { done: true, value: undefined } as const;
        });
        if (next.done) break;
        position += next.value.length;
        if (position > end) throw brokenOff(location, position - extent.start, extent.length, undefined);
        yield next.value;
      }
      if (position === end) return;
      client.signal?.throwIfAborted();
      fruitless = position > before ? 1 : fruitless + 1;
      if (fruitless >= client.attempts) throw brokenOff(location, position - extent.start, extent.length, cause);
      await client.backOff(fruitless);
      response = await client.send({
        location,
        versionId: location.versionId,
        action: actionOf(location),
        method: 'GET',
        headers: {
          range: rangeHeader({ start: position, end }),
          ...(extent.eTag ? { 'if-match': extent.eTag } : {}),
        },
      });
      extentOf(response, { start: position, end });
    }
  } finally {
    response.destroy();
  }
}

function brokenOff(location: S3Version, received: number, expected: number, cause: unknown): AwsCallError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new AwsCallError(
    `${ACTION} of s3://${location.bucket}/${location.key} gave ${received} of ${expected} bytes${reason}`,
    { code: 'IncompleteBody', fault: 'network', action: ACTION, cause },
  );
}
