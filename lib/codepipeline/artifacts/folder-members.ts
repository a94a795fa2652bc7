import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createPathResolver, isWithin, pathProblem, quoted, type ZipMember } from '../../archive/index.ts';
import { steadyFile } from './steady-file.ts';

/** A member, and where it leads when it is a link. */
type FolderMember = ZipMember & { readonly to?: string };

/**
 * Lists what a folder holds as members of an archive, sorted by path; empty folders are kept. What is listed can be
 * unpacked again, under the same names.
 *
 * @throws Error that names what cannot be in an archive: a special file, a name that is not UTF-8, a link that leads
 * out, to nothing, or to what is left out
 */
export async function membersOf(
  dir: string,
  isExcluded: (path: string) => boolean,
  timestamps: 'fixed' | 'files',
): Promise<ZipMember[]> {
  const root = await realpath(dir);
  const members: FolderMember[] = [];

  async function walk(folder: string, prefix: string): Promise<void> {
    const found = (await readdir(folder, { withFileTypes: true, encoding: 'buffer' }))
      .map((item) => ({ item, entry: prefix + item.name.toString() }))
      .filter(({ entry }) => !isExcluded(entry));
    if (found.length === 0 && prefix !== '') members.push(folderMember(prefix.slice(0, -1)));
    for (const { item, entry } of found) {
      const problem = isUtf8(item.name) ? pathProblem(entry) : 'the name is not UTF-8';
      if (problem !== undefined) throw new Error(`${quoted(entry)} cannot be in an archive: ${problem}; exclude it`);
      const file = path.join(folder, item.name.toString());
      if (item.isDirectory()) await walk(file, `${entry}/`);
      else members.push(await memberOf(root, file, entry, item, timestamps));
    }
  }

  await walk(root, '');
  await checkLinks(members);
  return members.sort(byPath);
}

/** Orders by code units, which is the same on every machine. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : Number(a.path > b.path);
}

function folderMember(folder: string): FolderMember {
  return { path: folder, kind: 'folder', open: () => Readable.from([]) };
}

async function memberOf(
  root: string,
  file: string,
  entry: string,
  item: Dirent<Buffer>,
  timestamps: 'fixed' | 'files',
): Promise<FolderMember> {
  const status = await lstat(file, { bigint: true });
  const modified = timestamps === 'files' ? status.mtime : undefined;
  if (item.isSymbolicLink()) {
    const to = await linkWithin(root, file, entry);
    return { path: entry, kind: 'link', to, modified, open: () => Readable.from([Buffer.from(to)]) };
  }
  if (!item.isFile()) throw new Error(`${quoted(entry)} is no file, folder or symbolic link; exclude it`);
  return {
    path: entry,
    kind: 'file',
    executable: isExecutable(status),
    modified,
    open: () => steadyFile(file, status),
  };
}

/** The text of a link, made relative where it is not, so that it still holds where the archive is unpacked. */
async function linkWithin(root: string, file: string, entry: string): Promise<string> {
  const aim = await realpath(file).catch(() => undefined);
  if (aim === undefined) throw new Error(`the symbolic link ${quoted(entry)} leads to nothing; exclude it`);
  if (!isWithin(root, aim)) throw new Error(`the symbolic link ${quoted(entry)} leads out of the folder; exclude it`);
  const text = await readlink(file, 'buffer');
  if (!isUtf8(text))
    throw new Error(`the symbolic link ${quoted(entry)} leads to a name that is not UTF-8; exclude it`);
  if (staysWithin(text.toString(), path.posix.dirname(entry))) return text.toString();
  return path.relative(path.dirname(file), aim).split(path.sep).join('/') || '.';
}

/** Whether a link's text goes no way that leads above the top, such as back into the folder by its own name. */
function staysWithin(text: string, folder: string): boolean {
  if (path.isAbsolute(text)) return false;
  let depth = folder === '.' ? 0 : folder.split('/').length;
  return text.split('/').every((name) => {
    if (name === '..') depth -= 1;
    else if (name !== '' && name !== '.') depth += 1;
    return depth >= 0;
  });
}

/** A link to what is left out, or by way of it, would lead to nothing in the archive. */
async function checkLinks(members: readonly FolderMember[]): Promise<void> {
  const links = members.filter(({ kind }) => kind === 'link');
  if (links.length === 0) return;
  const leaves = new Map(members.filter(({ kind }) => kind !== 'folder').map((member) => [member.path, member]));
  const folders = new Set(members.filter(({ kind }) => kind === 'folder').map((member) => member.path));
  for (const { path: entry } of members) {
    for (let slash = entry.lastIndexOf('/'); slash > 0; slash = entry.lastIndexOf('/', slash - 1)) {
      folders.add(entry.slice(0, slash));
    }
  }
  const tree = {
    leaf: (at: string) => leaves.get(at),
    isFolder: (at: string) => at === '' || folders.has(at),
    linkTarget: async (link: FolderMember) => link.to ?? '',
  };
  const resolve = createPathResolver(tree);
  for (const { path: entry } of links) {
    const { kind } = await resolve(entry);
    if (kind === 'entry' || kind === 'folder') continue;
    throw new Error(`the symbolic link ${quoted(entry)} leads to what is excluded; exclude it, too`);
  }
}

/** Whether a file's mode lets anybody run it. */
export function isExecutable({ mode }: { readonly mode: bigint }): boolean {
  return (mode & 0o111n) !== 0n;
}
