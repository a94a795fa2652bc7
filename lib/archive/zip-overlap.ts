import { FormatError } from './archive-failures.ts';
import type { ZipEntry } from './zip-entry.ts';

/** The fixed part of the header before a content. */
const LOCAL_HEADER_BYTES = 30;

/** Looks whether each entry has bytes of its own. */
export interface ZipOverlap {
  add(entry: ZipEntry): void;
  /** @throws FormatError when two entries share bytes, as those do that are to exhaust a disk, or to be seen by some readers alone */
  check(): void;
}

/** Creates the check for one archive. */
export function createZipOverlap(): ZipOverlap {
  const ranges: (readonly [start: number, end: number])[] = [];
  let end = 0;
  let isInOrder = true;

  return {
    add({ headerStart, rawName, compressedSize, contentProblem }) {
      // Some sizes are known to be wrong.
      const contentBytes = contentProblem === undefined ? compressedSize : 0;
      if (headerStart < end) isInOrder = false;
      end = headerStart + LOCAL_HEADER_BYTES + rawName.length + contentBytes;
      ranges.push([headerStart, end]);
    },
    check() {
      if (isInOrder) return;
      ranges.sort(([one], [other]) => one - other);
      for (const [index, [start]] of ranges.entries()) {
        const before = ranges[index - 1];
        if (before !== undefined && start < before[1]) throw new FormatError('two of its entries share bytes');
      }
    },
  };
}
