import { constants, type Dirent } from 'node:fs';
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { isWithin, quoted } from '../../aws/archive/index.ts';
import type { ZipMember } from './zip-writer.ts';

/** Lists what a folder holds as members of an archive, sorted by path; empty folders are kept. */
export async function membersOf(
  dir: string,
  isExcluded: (path: string) => boolean,
  timestamps: 'fixed' | 'files',
): Promise<ZipMember[]> {
  const root = await realpath(dir);
  const members: ZipMember[] = [];

  async function walk(folder: string, prefix: string): Promise<void> {
    const found = (await readdir(folder, { withFileTypes: true })).filter((item) => !isExcluded(prefix + item.name));
    if (found.length === 0 && prefix !== '') members.push(folderMember(prefix.slice(0, -1)));
    for (const item of found) {
      if (item.isDirectory()) await walk(path.join(folder, item.name), `${prefix}${item.name}/`);
      else members.push(await memberOf(root, path.join(folder, item.name), prefix + item.name, item, timestamps));
    }
  }

  await walk(root, '');
  return members.sort(byPath);
}

/** Orders by code units, which is the same on every machine. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : Number(a.path > b.path);
}

function folderMember(folder: string): ZipMember {
  return { path: folder, kind: 'folder', open: () => Readable.from([]) };
}

async function memberOf(
  root: string,
  file: string,
  entry: string,
  item: Dirent,
  timestamps: 'fixed' | 'files',
): Promise<ZipMember> {
  const status = await lstat(file);
  const modified = timestamps === 'files' ? status.mtime : undefined;
  if (item.isSymbolicLink()) {
    const target = await linkWithin(root, file, entry);
    return { path: entry, kind: 'link', modified, open: () => Readable.from([Buffer.from(target)]) };
  }
  if (!item.isFile()) throw new Error(`${quoted(entry)} is no file, folder or symbolic link; exclude it`);
  return { path: entry, kind: 'file', executable: isExecutable(status.mode), modified, open: () => openFile(file) };
}

/** The text of a link, made relative where it is not, so that it still holds where the archive is unpacked. */
async function linkWithin(root: string, file: string, entry: string): Promise<string> {
  const aim = await realpath(file).catch(() => undefined);
  if (aim === undefined) throw new Error(`the symbolic link ${quoted(entry)} leads to nothing; exclude it`);
  if (!isWithin(root, aim)) throw new Error(`the symbolic link ${quoted(entry)} leads out of the folder; exclude it`);
  const text = await readlink(file);
  const lexical = path.resolve(path.dirname(file), text);
  return path.isAbsolute(text) || !isWithin(root, lexical) ? path.relative(path.dirname(file), aim) : text;
}

/** Whether a file's mode lets its owner run it. */
export function isExecutable(mode: number): boolean {
  return (mode & 0o100) !== 0;
}

/** Opens a file, but not through a link that has taken its place since the folder was listed. */
async function openFile(file: string): Promise<Readable> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  return handle.createReadStream();
}
