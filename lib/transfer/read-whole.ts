import type { Readable } from 'node:stream';
import { ConfigurationError } from '../core/errors.ts';
import { DEFAULT_MAX_BYTES, type ReadOptions } from './step-file.ts';

/** Reads a file of bounded size into memory. @throws ConfigurationError when it is larger than `maxBytes` */
export async function readWhole(
  file: { readonly uri: string; stream(): Promise<Readable>; size(): Promise<number> },
  { maxBytes = DEFAULT_MAX_BYTES }: ReadOptions = {},
): Promise<Buffer> {
  const size = await file.size();
  if (size > maxBytes) {
    throw new ConfigurationError(
      `${file.uri} has ${size} bytes, more than the ${maxBytes} that may be held in memory; read it with stream(), or pass a larger maxBytes`,
    );
  }
  const chunks: Buffer[] = [];
  let held = 0;
  for await (const chunk of (await file.stream()) as AsyncIterable<Buffer>) {
    held += chunk.length;
    if (held > maxBytes) throw new ConfigurationError(`${file.uri} has grown over ${maxBytes} bytes while it was read`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, held);
}
