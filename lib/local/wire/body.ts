import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { AwsError } from '../kernel/aws-error.ts';
import type { BodyLimit } from '../kernel/service.ts';

/** The longest JSON body that is taken, before and after decompression, in bytes. */
export const MAX_JSON_BODY_BYTES = 16 * 1024 * 1024;

const DECODERS = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

/** What is taken where nobody says otherwise. */
const DEFAULT_LIMIT: BodyLimit = { maxBytes: MAX_JSON_BODY_BYTES, tooLarge };

/**
 * All bytes of a request's body, as they were sent: a `Content-Encoding` is left as it is.
 *
 * What comes past the limit is read and thrown away, because a client that is still sending sees no answer. The
 * connection stays whole.
 *
 * @throws the limit's own error, RequestEntityTooLargeException by default
 */
export function readBody(
  request: IncomingMessage,
  {
    maxBytes,
    tooLarge,
  }: Pick<BodyLimit, 'maxBytes'> & { readonly tooLarge: (maxBytes: number) => Error } = DEFAULT_LIMIT,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) chunks.length = 0;
      else chunks.push(chunk);
    });
    request.once('end', () => {
      if (size > maxBytes) reject(tooLarge(maxBytes));
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    request.once('error', reject);
    request.once('close', () => reject(new Error('the client hung up in the middle of its request')));
  });
}

/**
 * The JSON object in a request's body, decompressed where `Content-Encoding` says so; an empty body is `{}`.
 *
 * @throws AwsError SerializationException when the body is not a JSON object.
 */
export async function readJsonBody(
  request: IncomingMessage,
  limit: BodyLimit = DEFAULT_LIMIT,
): Promise<Readonly<Record<string, unknown>>> {
  const raw = await readBody(request, limit);
  const text = (await decodeBody(raw, request.headers['content-encoding'], limit)).toString('utf8');
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold a token.
    throw new AwsError('SerializationException', 'the body of the request is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError('SerializationException', 'the body of the request is JSON, but not an object');
  }
  return value as Readonly<Record<string, unknown>>;
}

/**
 * A body without the encodings that its request's `Content-Encoding` names, for protocols whose bodies may be compressed.
 *
 * @throws AwsError SerializationException, UnsupportedMediaTypeException, or the limit's own
 */
export async function decodeBody(
  raw: Buffer,
  encodings: string | undefined,
  limit: BodyLimit = DEFAULT_LIMIT,
): Promise<Buffer> {
  let bytes = raw;
  const names = (encodings ?? '').split(',').map((name) => name.trim().toLowerCase());
  for (const name of names.reverse()) {
    if (name === '' || name === 'identity') continue;
    if (!Object.hasOwn(DECODERS, name)) {
      throw new AwsError('UnsupportedMediaTypeException', `content encoding '${name}' is not understood; send gzip`, {
        status: 415,
      });
    }
    try {
      bytes = await DECODERS[name as keyof typeof DECODERS](bytes, { maxOutputLength: limit.maxBytes });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw limit.tooLarge(limit.maxBytes);
      throw new AwsError('SerializationException', `the body of the request cannot be decoded as ${name}`);
    }
  }
  return bytes;
}

function tooLarge(maxBytes: number): AwsError {
  const message = `the body of the request is larger than ${maxBytes} bytes`;
  return new AwsError('RequestEntityTooLargeException', message, { status: 413 });
}
