import type { Readable } from 'node:stream';
import type { ArchiveEntry, Catalog } from '../../archive/index.ts';
import type { ArtifactFailures } from './artifact-failure.ts';
import { findEntry } from './find-entry.ts';
import { jsonPlace } from './json-place.ts';

/** What {@link ArtifactEntry.text} and its siblings may hold at most, in bytes, unless told otherwise. */
export const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/** Options of reading an entry whole. */
export interface ReadOptions {
  /** The largest entry that is read into memory, in bytes. @defaultValue 16 MiB */
  readonly maxBytes?: number;
}

/** Reads what stands at one path of an artifact's archive; links are followed within the archive. */
export interface ArtifactContent {
  /** The content, unpacked and checked. @throws ArtifactError */
  stream(): Promise<Readable>;
  /** The content as UTF-8 text, without a byte order mark. @throws ArtifactError */
  text(options?: ReadOptions): Promise<string>;
  /** The content as JSON. @throws ArtifactError that names line and column */
  json<T = unknown>(options?: ReadOptions): Promise<T>;
  /** @throws ArtifactError */
  bytes(options?: ReadOptions): Promise<Buffer>;
}

/** One entry of an artifact's archive. */
export interface ArtifactEntry extends ArtifactContent {
  /** Divided by slashes, without one at either end. */
  readonly path: string;
  /** Unpacked, in bytes; of a link, what the link itself takes. */
  readonly size: number;
  /** As it lies in the archive, in bytes. */
  readonly compressedSize: number;
  /** When the file was last changed; archives without a time zone are read as UTC. */
  readonly modified: Date;
  readonly isDirectory: boolean;
  /** Whether reading gives the content of what the entry leads to. */
  readonly isSymbolicLink: boolean;
  readonly isExecutable: boolean;
  /** Where a symbolic link leads, as it is written; undefined for what is none. @throws ArtifactError */
  linkTarget(): Promise<string | undefined>;
}

/** Makes the entry that users see. */
export function createEntry(entry: ArchiveEntry, catalog: Catalog, failures: ArtifactFailures): ArtifactEntry {
  const { path, size, compressedSize, modifiedMs, kind, isExecutable } = entry;
  return {
    path,
    size,
    compressedSize,
    modified: new Date(modifiedMs),
    isDirectory: kind === 'folder',
    isSymbolicLink: kind === 'link',
    isExecutable,
    linkTarget: async () => (kind === 'link' ? catalog.linkTarget(entry) : undefined),
    ...createContent(path, catalog, failures),
  };
}

/** Makes the reader of what stands at a path. */
export function createContent(path: string, catalog: Catalog, failures: ArtifactFailures): ArtifactContent {
  async function find(): Promise<ArchiveEntry> {
    const found = await findEntry(path, catalog, failures);
    if (found === 'folder') throw failures.because('the entry is a folder and has no content', { entry: path });
    return found;
  }

  async function bytes({ maxBytes = DEFAULT_MAX_BYTES }: ReadOptions = {}): Promise<Buffer> {
    const found = await find();
    if (found.size > maxBytes) {
      throw failures.because(
        `it has ${found.size} bytes, more than the ${maxBytes} to be read into memory; raise maxBytes, or read it as a stream`,
        { entry: path },
      );
    }
    const chunks: Buffer[] = [];
    for await (const chunk of await catalog.open(found)) chunks.push(chunk as Buffer);
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
    } catch {
      // The parser's own message quotes the content, which may be secret; only the place is passed on.
      throw failures.because(`the content is not valid JSON at ${jsonPlace(content)}`, { entry: path });
    }
  }

  return { stream: async () => catalog.open(await find()), text, json, bytes };
}
