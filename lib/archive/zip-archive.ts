import type { Archive } from './archive.ts';
import { type ArchiveFailures, structureFailure } from './archive-failures.ts';
import type { ByteSource } from './byte-source.ts';
import { concurrently } from './concurrently.ts';
import { withDividedNames } from './divided-names.ts';
import { createPace } from './pace.ts';
import { openZipContent } from './zip-content.ts';
import { readZipDirectory } from './zip-directory.ts';
import type { ZipEnd } from './zip-end.ts';
import type { ZipEntry } from './zip-entry.ts';

/** How many entries are read at once, so that one waits for its source while another is used. */
const AT_ONCE = 8;

/** Opens a zip archive, whose end was found. */
export function createZipArchive(
  end: ZipEnd,
  source: ByteSource,
  failures: ArchiveFailures,
  signal: AbortSignal,
): Archive<ZipEntry> {
  const open = (entry: ZipEntry) => openZipContent(entry, source, failures);
  return {
    async *list(maxEntries) {
      try {
        if (end.entries > maxEntries) {
          throw failures.because(`it has ${end.entries} entries, more than the ${maxEntries} that are allowed`);
        }
        yield* withDividedNames(() => readZipDirectory(source, end, createPace(signal)));
      } catch (error) {
        throw structureFailure(error, 'zip', failures);
      }
    },
    open,
    async contents(entries, use) {
      await concurrently(entries, AT_ONCE, async (entry) => {
        signal.throwIfAborted();
        await use(entry, await open(entry));
      });
    },
  };
}
