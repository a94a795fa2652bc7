import { createHash } from 'node:crypto';
import type { ArchiveEntry } from './archive.ts';
import type { ArchiveFailures } from './archive-failures.ts';
import type { Catalog } from './catalog.ts';

/** Groups of files that stand for one path, so that all of a group must have the same content. */
export interface ContentTwins {
  /** Puts two files, and with them those that they are grouped with, into one group. */
  join(one: ArchiveEntry, other: ArchiveEntry): void;
  /** Compares all contents of each group. @throws an error of `failures` for one that differs */
  check(catalog: Catalog, failures: ArchiveFailures): Promise<void>;
}

/** Creates groups that hold little for each file, since an archive may have one path a hundred thousand times. */
export function createContentTwins(): ContentTwins {
  const nextTo = new Map<ArchiveEntry, ArchiveEntry>();

  /** Which entry stands for the group; the way there is made short for the next time. */
  function groupOf(entry: ArchiveEntry): ArchiveEntry {
    let group = entry;
    for (let next = nextTo.get(group); next !== undefined && next !== group; next = nextTo.get(group)) group = next;
    nextTo.set(entry, group);
    return group;
  }

  return {
    join(one, other) {
      if (one.size === 0 && other.size === 0) return;
      nextTo.set(groupOf(other), groupOf(one));
    },
    async check(catalog, failures) {
      if (nextTo.size === 0) return;
      const digests = new Map<ArchiveEntry, string>();
      await catalog.contents(nextTo, async (entry, content) => {
        const hash = createHash('sha256');
        for await (const chunk of content) hash.update(chunk as Buffer);
        const [group, digest] = [groupOf(entry), hash.digest('base64')];
        if ((digests.get(group) ?? digest) !== digest) throw differs(entry, failures);
        digests.set(group, digest);
      });
    },
  };
}

/** The error for a path that stands for two things. */
export function differs({ path }: ArchiveEntry, failures: ArchiveFailures): Error {
  return failures.because('the archive has this path twice, with different content', { entry: path });
}
