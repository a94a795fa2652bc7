import { Readable } from 'node:stream';
import type { ArchiveFailures } from './archive-failures.ts';
import {
  DEFAULT_MAX_ENTRIES,
  DEFAULT_MAX_UNPACKED_BYTES,
  type ExtractedFiles,
  type ExtractOptions,
} from './extract-options.ts';
import { createExtractionTarget } from './extraction-target.ts';
import { type PlannedLink, placeLinks } from './place-links.ts';
import { readTar } from './tar-entries.ts';

/**
 * Unpacks a tar archive into a folder. It is read twice: every path and the limits are checked before the first file
 * is written.
 *
 * @param open - the archive from its beginning, unpacked where it is compressed; called twice
 * @throws an error of `failures`
 */
export async function extractTar(
  dir: string,
  open: () => AsyncIterable<Buffer>,
  failures: ArchiveFailures,
  signal: AbortSignal,
  options: ExtractOptions = {},
): Promise<ExtractedFiles> {
  const total = await survey(open(), failures, options);
  const target = await createExtractionTarget(dir, failures, signal);
  const links: PlannedLink[] = [];
  for await (const entry of readTar(open(), failures)) {
    if (entry.path === '') continue;
    if (entry.kind === 'folder') await target.makeFolder(entry.path);
    else if (entry.kind === 'link') links.push({ path: entry.path, to: entry.to });
    else {
      const content = Readable.from(entry.content(), { objectMode: false });
      await target.writeFile(entry.path, content, entry.isExecutable);
    }
  }
  await placeLinks(target, links);
  return total;
}

/** Looks through the whole archive first: one with a bad entry writes nothing. */
async function survey(
  stream: AsyncIterable<Buffer>,
  failures: ArchiveFailures,
  { maxBytes = DEFAULT_MAX_UNPACKED_BYTES, maxEntries = DEFAULT_MAX_ENTRIES }: ExtractOptions,
): Promise<ExtractedFiles> {
  const paths = new Set<string>();
  let entries = 0;
  let files = 0;
  let bytes = 0;
  for await (const { path, kind, size } of readTar(stream, failures)) {
    entries++;
    if (entries > maxEntries) throw failures.because(`it has more than the ${maxEntries} entries that are allowed`);
    if (kind === 'folder') continue;
    if (path === '') throw failures.because('the path names no file', { entry: path });
    if (paths.has(path)) throw failures.because('the archive has this path twice', { entry: path });
    paths.add(path);
    files++;
    bytes += size;
    if (bytes > maxBytes) {
      throw failures.because(`up to here it unpacks to ${bytes} bytes, more than the ${maxBytes} that are allowed`, {
        entry: path,
      });
    }
  }
  return { files, bytes };
}
