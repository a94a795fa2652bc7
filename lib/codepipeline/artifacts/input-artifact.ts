import { Readable } from 'node:stream';
import {
  type Catalog,
  createCatalog,
  type ExtractedFiles,
  type ExtractOptions,
  extractArchive,
  extractOptionsProblem,
  openArchive,
} from '../../archive/index.ts';
import { getObject, openObjectReader } from '../../aws/s3/index.ts';
import { InvalidOptionError } from '../../core/errors.ts';
import { type ArtifactAccess, type ArtifactLocation, clientOf } from './artifact-access.ts';
import {
  type ArtifactContent,
  type ArtifactEntry,
  createContent,
  createEntry,
  type ReadOptions,
} from './artifact-entry.ts';
import { type ArtifactFailures, createFailures } from './artifact-failure.ts';

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
  /**
   * The entries of the archive (zip, tar or tar.gz, told by its content) in their order; each iteration starts anew. What
   * has a name that no file can safely have is left out; `extractTo` names it.
   *
   * @throws ArtifactError
   */
  entries(): AsyncIterable<ArtifactEntry>;
  /** One entry as UTF-8 text; links are followed within the archive, here and below. @throws ArtifactError */
  text(path: string, options?: ReadOptions): Promise<string>;
  /** One entry as JSON. @throws ArtifactError */
  json<T = unknown>(path: string, options?: ReadOptions): Promise<T>;
  /** One entry as it is. @throws ArtifactError */
  bytes(path: string, options?: ReadOptions): Promise<Buffer>;
  /**
   * Unpacks the archive into a folder, which is made where it is missing; files that lie there already are replaced.
   * Every path, link and limit is checked before the first file is written.
   *
   * @throws ArtifactError; where a content is damaged, the folder may then hold a part of the files, each of them whole
   * @throws InvalidOptionError
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
  let opened: Promise<Catalog> | undefined;

  /** Opens the object once, so that all reads see the same version of it, and its directory is read once. */
  function open(): Promise<Catalog> {
    opened ??= read().catch((error: unknown) => {
      opened = undefined;
      throw failures.from(error);
    });
    return opened;
  }

  async function read(): Promise<Catalog> {
    const source = await openObjectReader(client, artifact);
    return createCatalog(await openArchive(source, failures, access.signal), failures, access.signal);
  }

  async function* entries(): AsyncGenerator<ArtifactEntry> {
    const catalog = await open();
    for (const entry of await catalog.load()) {
      if (entry.nameProblem === undefined && entry.path !== '') yield createEntry(entry, catalog, failures);
    }
  }

  const content = async (path: string): Promise<ArtifactContent> => createContent(path, await open(), failures);

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
    text: async (path, options) => (await content(path)).text(options),
    json: async <T>(path: string, options?: ReadOptions) => (await content(path)).json<T>(options),
    bytes: async (path, options) => (await content(path)).bytes(options),
    async extractTo(dir, options) {
      const problem = extractOptionsProblem(options);
      if (problem !== undefined) throw new InvalidOptionError(problem);
      return extractArchive(dir, await open(), failures, access.signal, options);
    },
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
