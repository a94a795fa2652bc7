import type { ArchiveFailures } from './archive-failures.ts';
import { checkLocalHeader, openContent } from './entry-content.ts';
import {
  DEFAULT_MAX_ENTRIES,
  DEFAULT_MAX_UNPACKED_BYTES,
  type ExtractedFiles,
  type ExtractOptions,
} from './extract-options.ts';
import { createExtractionTarget } from './extraction-target.ts';
import type { ObjectReader } from './object-reader.ts';
import { type PlannedLink, placeLinks } from './place-links.ts';
import { readDirectory, type ZipRecord } from './zip-directory.ts';

/** How many entries are unpacked at once, so that one waits for S3 while another is written. */
const AT_ONCE = 8;

/** The longest path that a symbolic link may hold: PATH_MAX of Linux. */
const MAX_LINK_BYTES = 4096;

/** Unpacks an archive into a folder. @throws an error of `failures` */
export async function extractZip(
  dir: string,
  source: ObjectReader,
  failures: ArchiveFailures,
  signal: AbortSignal,
  { maxBytes = DEFAULT_MAX_UNPACKED_BYTES, maxEntries = DEFAULT_MAX_ENTRIES }: ExtractOptions = {},
): Promise<ExtractedFiles> {
  const total = await survey(source, failures, maxBytes, maxEntries);
  const target = await createExtractionTarget(dir, failures, signal);
  const links: PlannedLink[] = [];

  async function unpack(record: ZipRecord): Promise<void> {
    if (record.path === '') return;
    if (record.isDirectory) {
      await checkLocalHeader(record, failures);
      await target.makeFolder(record.path);
    } else if (record.isSymbolicLink) {
      links.push({ path: record.path, to: await linkTarget(record, source, failures) });
    } else {
      await target.writeFile(record.path, await openContent(record, source, failures), record.isExecutable);
    }
  }

  await concurrently(readDirectory(source, failures, maxEntries), unpack);
  await placeLinks(target, links);
  return total;
}

/** Looks through the whole directory first: an archive with one bad entry writes nothing. */
async function survey(
  source: ObjectReader,
  failures: ArchiveFailures,
  maxBytes: number,
  maxEntries: number,
): Promise<ExtractedFiles> {
  const paths = new Set<string>();
  let files = 0;
  let bytes = 0;
  for await (const { path, isDirectory, entry } of readDirectory(source, failures, maxEntries)) {
    if (isDirectory) continue;
    if (path === '') throw failures.because('the path names no file', { entry: path });
    if (paths.has(path)) throw failures.because('the archive has this path twice', { entry: path });
    paths.add(path);
    files++;
    bytes += entry.uncompressedSize;
    if (bytes > maxBytes) {
      throw failures.because(`up to here it unpacks to ${bytes} bytes, more than the ${maxBytes} that are allowed`, {
        entry: path,
      });
    }
  }
  return { files, bytes };
}

async function linkTarget(record: ZipRecord, source: ObjectReader, failures: ArchiveFailures): Promise<string> {
  if (record.entry.uncompressedSize > MAX_LINK_BYTES) {
    throw failures.because('the symbolic link is longer than any path', { entry: record.path });
  }
  const chunks: Buffer[] = [];
  for await (const chunk of await openContent(record, source, failures)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Runs `work` over all items, a few at a time; after a failure it starts no more and waits for those that run. */
async function concurrently<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  try {
    for await (const item of items) {
      const one = work(item)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(one));
      running.add(one);
      if (running.size >= AT_ONCE) await Promise.race(running);
      if (failure) break;
    }
  } finally {
    await Promise.all(running);
  }
  if (failure) throw failure.error;
}
