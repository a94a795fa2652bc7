import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type ZipMember, zipOf } from '../../archive/index.ts';
import { uploadObject } from '../../aws/s3/index.ts';
import { checkOptions } from '../../core/check-options.ts';
import { InvalidOptionError } from '../../core/errors.ts';
import { isText } from '../../core/option-kinds.ts';
import { type ArtifactAccess, type ArtifactLocation, clientOf } from './artifact-access.ts';
import { createFailures } from './artifact-failure.ts';
import { createExclusion, type Exclusion } from './exclusion.ts';
import { type FileContent, fileMembers } from './file-members.ts';
import { membersOf } from './folder-members.ts';
import { stoppable } from './stoppable.ts';

/** Options of writing a folder. */
export interface FolderOptions {
  /** @defaultValue nothing */
  readonly exclude?: Exclusion;
  /**
   * `fixed` gives every entry the same time, so that equal content makes an equal archive; `files` keeps the times of
   * the files.
   *
   * @defaultValue 'fixed'
   */
  readonly timestamps?: 'fixed' | 'files';
}

/** What was written. */
export interface WrittenArtifact {
  /** The size of the object. */
  readonly bytes: number;
  /** Of the object, in hexadecimal digits. */
  readonly sha256: string;
  readonly eTag: string;
  /** Files and symbolic links in the archive; 1 for a stream. */
  readonly files: number;
}

/**
 * An artifact that a job is to make. Each writing replaces the one before it; when one fails, nothing is written.
 * All are encrypted with the pipeline's KMS key.
 */
export interface OutputArtifact {
  /** The artifact's name in the pipeline. */
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  /** Writes a zip archive of these files, by path. @throws ArtifactError */
  writeFiles(files: Readonly<Record<string, FileContent>>): Promise<WrittenArtifact>;
  /**
   * Writes a zip archive of a folder, with symbolic links as links and the executable bits of files.
   *
   * @throws ArtifactError, also for a link that leads out of the folder
   */
  writeFolder(dir: string, options?: FolderOptions): Promise<WrittenArtifact>;
  /** Writes a stream as it is. @throws ArtifactError */
  writeStream(
    stream: AsyncIterable<Uint8Array | string>,
    options?: { readonly contentType?: string },
  ): Promise<WrittenArtifact>;
}

/** Gives access to an output artifact of a job. */
export function createOutputArtifact(artifact: ArtifactLocation, access: ArtifactAccess): OutputArtifact {
  const { name, bucket, key } = artifact;
  const client = clientOf(access);
  const failures = createFailures('output', artifact, access.signal);

  async function upload(
    source: AsyncIterable<Uint8Array>,
    files: number,
    contentType: string | undefined,
  ): Promise<WrittenArtifact> {
    const written = await uploadObject(client, artifact, stoppable(source, access.signal), {
      ...(contentType === undefined ? {} : { contentType }),
      kmsKey: access.encryptionKeyId || true,
    });
    return { ...written, files };
  }

  /** Writes an archive of the members that `list` gives; whatever fails on the way names the artifact. */
  async function writeZip(list: () => Promise<ZipMember[]>): Promise<WrittenArtifact> {
    try {
      const members = await list();
      const files = members.filter(({ kind }) => kind !== 'folder').length;
      return await upload(zipOf(members), files, 'application/zip');
    } catch (error) {
      throw failures.from(error);
    }
  }

  return {
    name,
    bucket,
    key,
    async writeFiles(files) {
      try {
        return await writeZip(() => fileMembers(files, failures));
      } finally {
        // Also those whose turn never came: nobody else would close them.
        for (const content of Object.values(files)) if (content instanceof Readable) content.destroy();
      }
    },
    async writeFolder(dir, options = {}) {
      checkOptions('writeFolder', options, ['exclude', 'timestamps']);
      const { exclude, timestamps = 'fixed' } = options;
      const isExcluded = createExclusion(exclude);
      if (timestamps !== 'fixed' && timestamps !== 'files') {
        throw new InvalidOptionError(`timestamps must be "fixed" or "files", but is ${JSON.stringify(timestamps)}`);
      }
      return writeZip(async () => {
        if (!(await stat(dir)).isDirectory()) throw new Error(`${dir} is no folder`);
        return membersOf(dir, isExcluded, timestamps);
      });
    },
    async writeStream(stream, options = {}) {
      checkOptions('writeStream', options, { contentType: isText });
      try {
        return await upload(bytesOf(stream), 1, options.contentType);
      } catch (error) {
        throw failures.from(error);
      }
    },
  };
}

async function* bytesOf(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
      throw new TypeError(`the stream must give bytes or text, but gave ${chunk === null ? 'null' : typeof chunk}`);
    }
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
}
