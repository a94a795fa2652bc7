import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { ConfigurationError, UnavailableError } from '../core/errors.ts';
import { readWhole } from './read-whole.ts';
import type { StepFileLocation } from './step-event.ts';
import type { EfsStepFile } from './step-file.ts';

/** What tells whether a file is the same. */
type Version = Pick<Awaited<ReturnType<typeof stat>>, 'size' | 'mtimeMs' | 'ino'>;

/** The uploaded file of a file system that the function has mounted. */
export function createEfsStepFile(
  { fileSystemId, path: filePath }: StepFileLocation & { readonly domain: 'EFS' },
  mountPath: string | undefined,
): EfsStepFile {
  const uri = `efs://${fileSystemId}/${filePath.replace(/^\/+/, '')}`;
  let first: Version | undefined;

  /** The first look at the file says what it is; there is no ETag to compare it with. */
  function remember(version: Version): Version {
    first ??= version;
    if (first.size === version.size && first.mtimeMs === version.mtimeMs && first.ino === version.ino) return version;
    throw new UnavailableError(`${uri} was changed while it was worked on`);
  }

  const file: EfsStepFile = {
    domain: 'EFS',
    name: path.posix.basename(filePath),
    uri,
    fileSystemId,
    path: filePath,
    localPath() {
      if (mountPath === undefined) {
        throw new ConfigurationError(
          `${uri} is on a file system that the function has not mounted: give WorkflowStepFunction a filesystem`,
        );
      }
      const local = path.join(mountPath, filePath);
      if (local.startsWith(path.join(mountPath, '/'))) return local;
      throw new ConfigurationError(`the path ${filePath} leads out of the mounted file system`);
    },
    async exists() {
      try {
        return (await stat(file.localPath())).isFile();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
        throw error;
      }
    },
    async size() {
      const found = await stat(file.localPath()).catch((error: unknown) => {
        throw gone(uri, error);
      });
      return Number(remember(found).size);
    },
    async stream() {
      const handle = await open(file.localPath()).catch((error: unknown) => {
        throw gone(uri, error);
      });
      return Readable.from(unchanged(handle, remember), { objectMode: false, highWaterMark: 256 * 1024 });
    },
    bytes: (options) => readWhole(file, options),
    text: async (options) => (await readWhole(file, options)).toString('utf8'),
  };
  return file;
}

/** The content of a file that is the same before and after it is read. */
async function* unchanged(handle: FileHandle, check: (version: Version) => Version): AsyncGenerator<Buffer> {
  try {
    check(await handle.stat());
    for await (const chunk of createReadStream('', { fd: handle, autoClose: false, highWaterMark: 256 * 1024 })) {
      yield chunk as Buffer;
    }
    check(await handle.stat());
  } finally {
    await handle.close();
  }
}

function gone(uri: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  return new UnavailableError(`${uri} is gone: it was deleted or moved after the upload`, { cause: error });
}
