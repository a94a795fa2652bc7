import { constants, createReadStream, lstatSync, realpathSync } from 'node:fs';
import { type FileHandle, lstat, open, type stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { ConfigurationError, UnavailableError } from '../core/errors.ts';
import { readWhole } from './read-whole.ts';
import type { StepFileLocation } from './step-event.ts';
import type { EfsStepFile } from './step-file.ts';
import type { EfsMount } from './step-settings.ts';

/** What tells whether a file is the same. */
type Version = Pick<Awaited<ReturnType<typeof stat>>, 'size' | 'mtimeMs' | 'ino'>;

/**
 * The uploaded file of a file system that the function has mounted. Who may upload may also make symbolic links, so a
 * link is no upload, and neither is what leaves the mount by way of a linked folder.
 */
export function createEfsStepFile(
  { fileSystemId, path: filePath }: StepFileLocation & { readonly domain: 'EFS' },
  mount: EfsMount | undefined,
): EfsStepFile {
  const uri = `efs://${fileSystemId}/${filePath.replace(/^\/+/, '')}`;
  let first: Version | undefined;

  /** The first look at the file says what it is; there is no ETag to compare it with. */
  function remember(version: Version): Version {
    first ??= version;
    if (first.size === version.size && first.mtimeMs === version.mtimeMs && first.ino === version.ino) return version;
    throw new UnavailableError(`${uri} was changed while it was worked on`);
  }

  const explained = (error: unknown): unknown => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') return linked(uri);
    if (!isAbsence(code)) return error;
    return new UnavailableError(
      `${uri} is gone: it was deleted or moved after the upload, or the access point has another root directory than ${mount?.rootPath} (filesystemRoot of WorkflowStepFunction)`,
      { cause: error },
    );
  };

  const file: EfsStepFile = {
    domain: 'EFS',
    name: path.posix.basename(filePath),
    uri,
    fileSystemId,
    path: filePath,
    localPath() {
      const local = placeInMount(uri, filePath, mount);
      refuseLinks(uri, local, (mount as EfsMount).mountPath);
      return local;
    },
    async exists() {
      try {
        return (await lstat(file.localPath())).isFile();
      } catch (error) {
        if (isAbsence((error as NodeJS.ErrnoException).code)) return false;
        throw error;
      }
    },
    async size() {
      const found = await lstat(file.localPath()).catch((error: unknown) => {
        throw explained(error);
      });
      if (!found.isFile()) throw noFile(uri);
      return Number(remember(found).size);
    },
    async stream() {
      // Without O_NONBLOCK a named pipe would hold the function up until somebody writes to it.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const handle = await open(file.localPath(), flags).catch((error: unknown) => {
        throw explained(error);
      });
      if (!(await handle.stat()).isFile()) {
        await handle.close();
        throw noFile(uri);
      }
      return Readable.from(unchanged(handle, remember), { objectMode: false, highWaterMark: 256 * 1024 });
    },
    bytes: (options) => readWhole(file, options),
    text: async (options) => (await readWhole(file, options)).toString('utf8'),
  };
  return file;
}

/** Where the function has a path of the file system. @throws ConfigurationError when it has not */
function placeInMount(uri: string, filePath: string, mount: EfsMount | undefined): string {
  if (mount === undefined) {
    throw new ConfigurationError(
      `${uri} is on a file system that the function has not mounted: give WorkflowStepFunction a filesystem`,
    );
  }
  const { mountPath, rootPath } = mount;
  const within = path.posix.relative(path.posix.join('/', rootPath), path.posix.join('/', filePath));
  const isClimbing = filePath.split('/').includes('..') || filePath.includes('\0');
  if (!isClimbing && within !== '' && !leavesFolder(within)) return path.join(mountPath, within);
  throw new ConfigurationError(
    `the path ${filePath} leads out of what the function has mounted, which is ${rootPath} of the file system: mount an access point whose root directory holds the uploads, and name it as filesystemRoot`,
  );
}

/** @throws UnavailableError for a link, and for what is outside of the mount by way of one */
function refuseLinks(uri: string, local: string, mountPath: string): void {
  let isOutside: boolean;
  try {
    if (lstatSync(local).isSymbolicLink()) throw linked(uri);
    const within = path.relative(realpathSync(mountPath), realpathSync(local));
    isOutside = leavesFolder(within);
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    // What is not there is told by whoever wants to read it.
    return;
  }
  if (isOutside) throw linked(uri);
}

/** Whether a relative path leads out of its folder. */
function leavesFolder(relative: string): boolean {
  return relative === '..' || relative.startsWith('../');
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

/** What the system says where there is no such file, and can be none. */
function isAbsence(code: string | undefined): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

function noFile(uri: string): UnavailableError {
  return new UnavailableError(`${uri} is no upload: it is a folder, a named pipe, a socket or a device`);
}

function linked(uri: string): UnavailableError {
  return new UnavailableError(
    `${uri} is no upload: it is a symbolic link, or a link on its way leads out of the mounted file system; links are not followed`,
  );
}
