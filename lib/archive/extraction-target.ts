import { createWriteStream, type Stats } from 'node:fs';
import { link, lstat, mkdir, realpath, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArchiveFailures } from './archive-failures.ts';

/** A folder that an archive is unpacked into, and beyond which nothing is written. Paths are those of entries. */
export interface ExtractionTarget {
  /** Looks whether what lies in the folder already lets a file or link be at this path, or a folder. @throws an error of `failures` */
  checkPlace(entry: string, kind: 'file' | 'folder'): Promise<void>;
  makeFolder(entry: string): Promise<void>;
  /** Writes a new file; what stood there before is replaced, a link itself and not what it points to. */
  writeFile(entry: string, content: Readable, executable: boolean): Promise<void>;
  /** Gives a file that was written another path. */
  makeHardLink(entry: string, written: string): Promise<void>;
  /** Makes a symbolic link; look where it leads with `checkLink`. */
  makeLink(entry: string, to: string): Promise<void>;
  /** Follows a link that was made. @throws an error of `failures` when it leads out of the folder or to nothing */
  checkLink(entry: string): Promise<void>;
  /** Takes back a link that was made. */
  removeLink(entry: string): Promise<void>;
}

/** Makes the folder where it is missing. @throws an error of `failures` */
export async function createExtractionTarget(
  dir: string,
  failures: ArchiveFailures,
  signal: AbortSignal,
): Promise<ExtractionTarget> {
  const root = await mkdir(dir, { recursive: true })
    .then(() => realpath(dir))
    .catch((error: unknown) => {
      throw failures.from(error);
    });
  const folders = new Set([root]);

  /** Makes a folder below the root, and makes sure that no link on the way leads elsewhere. */
  async function ensureFolder(folder: string): Promise<void> {
    if (folders.has(folder)) return;
    await ensureFolder(path.dirname(folder));
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (!(await lstat(folder)).isDirectory()) throw new Error(`${folder} is no folder, so nothing is written below it`);
    folders.add(folder);
  }

  const found = new Map([[root, true]]);

  /** Whether a folder lies there already. @throws Error where something else does */
  async function isFolderThere(folder: string): Promise<boolean> {
    const known = found.get(folder);
    if (known !== undefined) return known;
    const status = (await isFolderThere(path.dirname(folder))) ? await statusOf(folder) : undefined;
    if (status?.isDirectory() === false) {
      throw new Error(`${folder} lies there and is no folder, as the archive has it; ${ADVICE}`);
    }
    found.set(folder, status !== undefined);
    return status !== undefined;
  }

  const place = (entry: string) => path.join(root, ...entry.split('/'));

  /** Does something at the place of an entry; not after the end of the work. */
  async function guarded(entry: string, work: (file: string) => Promise<void>): Promise<void> {
    try {
      signal.throwIfAborted();
      await work(place(entry));
    } catch (error) {
      throw failures.from(error, entry);
    }
  }

  return {
    checkPlace: (entry, kind) =>
      guarded(entry, async (file) => {
        if (kind === 'folder') await isFolderThere(file);
        else if ((await isFolderThere(path.dirname(file))) && (await statusOf(file))?.isDirectory()) {
          throw new Error(`${file} lies there and is a folder, where the archive has a file or link; ${ADVICE}`);
        }
      }),
    makeFolder: (entry) => guarded(entry, ensureFolder),
    writeFile: (entry, content, executable) =>
      guarded(entry, async (file) => {
        try {
          await ensureFolder(path.dirname(file));
          await rm(file, { force: true });
        } catch (error) {
          content.destroy();
          throw error;
        }
        // "wx" follows no link and opens nothing that another entry has just written.
        const output = createWriteStream(file, { flags: 'wx', mode: executable ? 0o755 : 0o644 });
        let made = false;
        output.once('open', () => {
          made = true;
        });
        try {
          await pipeline(content, output, { signal });
        } catch (error) {
          if (made) await rm(file, { force: true }).catch(() => undefined);
          throw error;
        }
      }),
    makeHardLink: (entry, written) =>
      guarded(entry, async (file) => {
        await ensureFolder(path.dirname(file));
        await rm(file, { force: true });
        await link(place(written), file);
      }),
    makeLink: (entry, to) =>
      guarded(entry, async (file) => {
        await ensureFolder(path.dirname(file));
        await rm(file, { force: true });
        await symlink(to, file);
      }),
    checkLink: (entry) =>
      guarded(entry, async (file) => {
        const aim = await realpath(file).catch(() => undefined);
        if (aim === undefined) throw failures.because('the symbolic link leads to nothing in the archive', { entry });
        if (!isWithin(root, aim)) throw failures.because('the symbolic link leads out of the archive', { entry });
      }),
    // Also after the end of the work: a stray link must not stay.
    removeLink: (entry) => rm(place(entry), { force: true }),
  };
}

const ADVICE = 'remove it, or unpack into an empty folder';

/** What lies at a path itself; undefined where nothing does. */
function statusOf(file: string): Promise<Stats | undefined> {
  return lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Whether a path is the root or lies below it. */
export function isWithin(root: string, file: string): boolean {
  const way = path.relative(root, file);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}
