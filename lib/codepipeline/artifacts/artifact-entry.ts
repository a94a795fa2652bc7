import type { Readable } from 'node:stream';
import { type ObjectReader, openContent, type ZipRecord } from '../../aws/archive/index.ts';
import type { ArtifactFailures } from './artifact-failure.ts';

/** What {@link ArtifactEntry.text} and its siblings may hold at most, in bytes, unless told otherwise. */
export const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/** Options of reading an entry whole. */
export interface ReadOptions {
  /** The largest entry that is read into memory, in bytes. @defaultValue 16 MiB */
  readonly maxBytes?: number;
}

/** One entry of an artifact's archive. */
export interface ArtifactEntry {
  /** Divided by slashes, without one at either end. */
  readonly path: string;
  /** Unpacked, in bytes. */
  readonly size: number;
  /** As it lies in the archive, in bytes. */
  readonly compressedSize: number;
  /** When the file was last changed; archives without a time zone are read as UTC. */
  readonly modified: Date;
  readonly isDirectory: boolean;
  /** Whether the content is the target of a link. */
  readonly isSymbolicLink: boolean;
  readonly isExecutable: boolean;
  /** The content, unpacked and checked. @throws ArtifactError */
  stream(): Promise<Readable>;
  /** The content as UTF-8 text, without a byte order mark. @throws ArtifactError */
  text(options?: ReadOptions): Promise<string>;
  /** The content as JSON. @throws ArtifactError */
  json<T = unknown>(options?: ReadOptions): Promise<T>;
  /** @throws ArtifactError */
  bytes(options?: ReadOptions): Promise<Buffer>;
}

/** Makes the entry that users see. */
export function createEntry(record: ZipRecord, source: ObjectReader, failures: ArtifactFailures): ArtifactEntry {
  const { path, entry } = record;

  async function stream(): Promise<Readable> {
    if (record.isDirectory) throw failures.because('the entry is a folder and has no content', { entry: path });
    return openContent(record, source, failures);
  }

  async function bytes({ maxBytes = DEFAULT_MAX_BYTES }: ReadOptions = {}): Promise<Buffer> {
    if (entry.uncompressedSize > maxBytes) {
      throw failures.because(
        `it has ${entry.uncompressedSize} bytes, more than the ${maxBytes} to be read into memory; raise maxBytes, or read it as a stream`,
        { entry: path },
      );
    }
    const chunks: Buffer[] = [];
    for await (const chunk of await stream()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  async function text(options?: ReadOptions): Promise<string> {
    const content = await bytes(options);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(content);
    } catch {
      throw failures.because('the content is not UTF-8 text; read it with bytes()', { entry: path });
    }
  }

  async function json<T>(options?: ReadOptions): Promise<T> {
    const content = await text(options);
    try {
      return JSON.parse(content) as T;
    } catch (error) {
      // The parser quotes the content, which may be secret; only the position is passed on.
      const position = / at position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0] ?? '';
      throw failures.because(`the content is not valid JSON${position}`, { entry: path });
    }
  }

  return {
    path,
    size: entry.uncompressedSize,
    compressedSize: entry.compressedSize,
    modified: entry.getLastModDate({ timezone: 'UTC' }),
    isDirectory: record.isDirectory,
    isSymbolicLink: record.isSymbolicLink,
    isExecutable: record.isExecutable,
    stream,
    text,
    json,
    bytes,
  };
}
