import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Lets the source maps of a bundle point at the handler's sources, so that a stack trace names them: the maps hold
 * paths from a folder inside the project, and the bundle lies outside of it.
 *
 * @param folder - where the bundle is
 * @param entry - the handler that it was made from
 */
export async function anchorSourceMaps(folder: string, entry: string): Promise<void> {
  const stage = path.join(projectRoot(path.resolve(entry)), '.ringback', 'bundle');
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.map')) continue;
    const map = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as { readonly sources: readonly string[] };
    // Whole addresses: Node 20 puts a sourceRoot before a path as it is, `..` and all.
    const sources = map.sources.map((source) => pathToFileURL(path.resolve(stage, source)).href);
    await writeFile(path.join(folder, file), JSON.stringify({ ...map, sources }));
  }
}

/** The folder of the nearest package.json, as `bundleHandler` has it. */
function projectRoot(entry: string): string {
  for (let folder = path.dirname(entry); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (folder === path.dirname(folder)) return path.dirname(entry);
  }
}
