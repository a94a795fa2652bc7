import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ArchiveEntry } from './archive.ts';

/** Gives each content a digest: equal ones for equal contents alone. */
export async function contentDigests(
  entries: ReadonlySet<ArchiveEntry>,
  contents: (
    entries: ReadonlySet<ArchiveEntry>,
    use: (entry: ArchiveEntry, content: Readable) => Promise<void>,
  ) => Promise<void>,
): Promise<ReadonlyMap<ArchiveEntry, string>> {
  const digests = new Map<ArchiveEntry, string>();
  if (entries.size === 0) return digests;
  await contents(entries, async (entry, content) => {
    const hash = createHash('sha256');
    for await (const chunk of content) hash.update(chunk as Buffer);
    digests.set(entry, hash.digest('hex'));
  });
  return digests;
}
