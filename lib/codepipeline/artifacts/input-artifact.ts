import { Readable } from 'node:stream';
import {
  type ExtractedFiles,
  type ExtractOptions,
  extractZip,
  type ObjectReader,
  openObjectReader,
  readDirectory,
} from '../../aws/archive/index.ts';
import { getObject } from '../../aws/s3/index.ts';
import { type ArtifactAccess, type ArtifactLocation, clientOf } from './artifact-access.ts';
import { type ArtifactEntry, createEntry, type ReadOptions } from './artifact-entry.ts';
import { type ArtifactFailures, createFailures } from './artifact-failure.ts';
import { findEntry } from './find-entry.ts';

/**
 * An artifact that a job receives. Nothing of it is fetched before it is asked for, and of an archive only the parts
 * that are read.
 */
export interface InputArtifact {
  /** The artifact's name in the pipeline. */
  readonly name: string;
  /** The revision of the source, where the artifact comes from one. */
  readonly revision: string | undefined;
  readonly bucket: string;
  readonly key: string;
  /** The object as it is. @throws ArtifactError */
  stream(): Promise<Readable>;
  /** The archive's entries in their order; each iteration starts anew. @throws ArtifactError */
  entries(): AsyncIterable<ArtifactEntry>;
  /** One entry as UTF-8 text. @throws ArtifactError */
  text(path: string, options?: ReadOptions): Promise<string>;
  /** One entry as JSON. @throws ArtifactError */
  json<T = unknown>(path: string, options?: ReadOptions): Promise<T>;
  /** One entry as it is. @throws ArtifactError */
  bytes(path: string, options?: ReadOptions): Promise<Buffer>;
  /**
   * Unpacks the archive into a folder, which is made where it is missing; files that lie there already are replaced.
   * Every path and the limits are checked before the first file is written.
   *
   * @throws ArtifactError; the folder may then hold a part of the files, each of them whole
   */
  extractTo(dir: string, options?: ExtractOptions): Promise<ExtractedFiles>;
}

/** Gives access to an input artifact of a job. */
export function createInputArtifact(
  artifact: ArtifactLocation & { readonly revision?: string | undefined },
  access: ArtifactAccess,
): InputArtifact {
  const { name, bucket, key, revision } = artifact;
  const client = clientOf(access);
  const failures = createFailures('input', artifact, access.signal);
  let opened: Promise<ObjectReader> | undefined;

  /** Opens the object once, so that all reads see the same version of it. */
  function open(): Promise<ObjectReader> {
    opened ??= openObjectReader(client, artifact).catch((error: unknown) => {
      opened = undefined;
      throw failures.from(error);
    });
    return opened;
  }

  async function* entries(): AsyncGenerator<ArtifactEntry> {
    const source = await open();
    for await (const record of readDirectory(source, failures)) yield createEntry(record, source, failures);
  }

  async function find(path: string): Promise<ArtifactEntry> {
    const source = await open();
    return createEntry(await findEntry(path, source, failures), source, failures);
  }

  return {
    name,
    revision,
    bucket,
    key,
    entries,
    async stream() {
      const { stream } = await getObject(client, artifact).catch((error: unknown) => {
        throw failures.from(error);
      });
      return Readable.from(explained(stream, failures), { objectMode: false });
    },
    text: async (path, options) => (await find(path)).text(options),
    json: async <T>(path: string, options?: ReadOptions) => (await find(path)).json<T>(options),
    bytes: async (path, options) => (await find(path)).bytes(options),
    extractTo: async (dir, options) => extractZip(dir, await open(), failures, access.signal, options),
  };
}

/** Passes a stream on, its failures as errors that name the artifact. */
async function* explained(stream: Readable, failures: ArtifactFailures): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (error) {
    throw failures.from(error);
  }
}
