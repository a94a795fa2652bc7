import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { AwsError } from '../kernel/aws-error.ts';

/** The longest JSON body that is taken, before and after decompression, in bytes. */
export const MAX_JSON_BODY_BYTES = 16 * 1024 * 1024;

const DECODERS = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

/**
 * All bytes of a request's body, as they were sent: a `Content-Encoding` is left as it is.
 *
 * @throws AwsError RequestEntityTooLargeException past `maxBytes`.
 */
export async function readBody(request: IncomingMessage, maxBytes = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/**
 * The JSON object in a request's body, decompressed where `Content-Encoding` says so; an empty body is `{}`.
 *
 * @throws AwsError SerializationException when the body is not a JSON object.
 */
export async function readJsonBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const raw = await readBody(request, MAX_JSON_BODY_BYTES);
  const text = (await decode(raw, request.headers['content-encoding'])).toString('utf8');
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

async function decode(raw: Buffer, encodings = ''): Promise<Buffer> {
  let bytes = raw;
  const names = encodings.split(',').map((name) => name.trim().toLowerCase());
  for (const name of names.reverse()) {
    if (name === '' || name === 'identity') continue;
    if (!Object.hasOwn(DECODERS, name)) {
      throw new AwsError('UnsupportedMediaTypeException', `content encoding '${name}' is not understood; send gzip`, {
        status: 415,
      });
    }
    try {
      bytes = await DECODERS[name as keyof typeof DECODERS](bytes, { maxOutputLength: MAX_JSON_BODY_BYTES });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(MAX_JSON_BODY_BYTES);
      throw new AwsError('SerializationException', `the body of the request cannot be decoded as ${name}`);
    }
  }
  return bytes;
}

function tooLarge(maxBytes: number): AwsError {
  const message = `the body of the request is larger than ${maxBytes} bytes`;
  return new AwsError('RequestEntityTooLargeException', message, { status: 413 });
}
