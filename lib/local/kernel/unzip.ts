import { isUtf8 } from 'node:buffer';
import { createWriteStream } from 'node:fs';
import { mkdir, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Entry } from 'yauzl';

/** What a Unix system writes into archives as the system that made an entry, and as the kind of a link. */
const UNIX = 3;
const KIND = 0o170000;
const LINK = 0o120000;

/**
 * Unpacks a zip archive, a file's or one in memory, into a folder. Links become links, once all else is there, so that
 * nothing is written through them.
 *
 * @throws Error when it is no zip, or an entry's path or link leads out of the folder
 */
export async function unzip(archive: string | Buffer, folder: string): Promise<void> {
  const { fromBufferPromise, getFileNameLowLevel, openPromise, validateFileName } = await import('yauzl');
  await mkdir(folder, { recursive: true });
  const options = { decodeStrings: false };
  const zip = await (typeof archive === 'string' ? openPromise(archive, options) : fromBufferPromise(archive, options));

  /** A backslash divides folders in archives of Windows alone; many programs of Unix do not say that they write UTF-8. */
  function nameOf(entry: Entry): string {
    const raw = entry.fileNameRaw;
    const isUnix = entry.versionMadeBy >>> 8 === UNIX;
    const flags = isUtf8(raw) ? entry.generalPurposeBitFlag | 0x800 : entry.generalPurposeBitFlag;
    const name = getFileNameLowLevel(flags, raw, entry.extraFields, isUnix);
    const problem = validateFileName(isUnix ? name.replaceAll('\\', '_') : name);
    if (problem !== null) throw new Error(problem);
    return name;
  }

  const links: (readonly [name: string, to: string])[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      const target = path.join(folder, name);
      if (name.endsWith('/')) {
        await mkdir(target, { recursive: true });
        continue;
      }
      const mode = entry.externalFileAttributes >>> 16;
      const content = await zip.openReadStreamPromise(entry);
      if ((mode & KIND) === LINK) {
        links.push([name, await text(content)]);
        continue;
      }
      await mkdir(path.dirname(target), { recursive: true });
      await pipeline(content, createWriteStream(target, { mode: mode & 0o777 || 0o644 }));
    }
    await placeLinks(folder, links);
  } finally {
    zip.close();
  }
}

async function placeLinks(folder: string, links: readonly (readonly [name: string, to: string])[]): Promise<void> {
  const root = await realpath(folder);
  const isWithin = (at: string) => at === root || at.startsWith(`${root}${path.sep}`);
  for (const [name, to] of links) {
    const target = path.join(root, name);
    if (path.isAbsolute(to) || !isWithin(path.resolve(path.dirname(target), to))) throw leadsOut(name, to);
    await mkdir(path.dirname(target), { recursive: true });
    await symlink(to, target);
  }
  for (const [name, to] of links) {
    const aim = await realpath(path.join(root, name)).catch(() => root);
    if (!isWithin(aim)) throw leadsOut(name, to);
  }
}

function leadsOut(name: string, to: string): Error {
  return new Error(`the link ${JSON.stringify(name)} leads out of the archive, to ${JSON.stringify(to)}`);
}
