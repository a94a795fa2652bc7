import { Readable } from 'node:stream';
import {
  type ArchiveFailures,
  type ByteSource,
  createCatalog,
  type ExtractedFiles,
  type ExtractOptions,
  extractArchive,
  openArchive,
} from '../../../lib/archive/index.ts';

/** What an archive is refused with. */
export class UnfitError extends Error {
  override readonly name = 'UnfitError';
}

/** Failures that name the entry, and end with the signal's reason as those of artifacts do. */
export function failuresOf(signal: AbortSignal): ArchiveFailures {
  return {
    because: (problem, details) => new UnfitError(`${details?.entry ?? 'archive'}: ${problem}`),
    from: (error, entry) => {
      if (signal.aborted) return signal.reason;
      return error instanceof UnfitError ? error : new UnfitError(`${entry}: ${(error as Error).message}`);
    },
  };
}

/** Reads out of memory, in pieces that end where no block does. */
export function sourceOf(archive: Buffer, pieceBytes = 333): ByteSource {
  const within = (start: number, end: number) => {
    if (start > end || end > archive.length) throw new RangeError(`it refers to bytes ${start} to ${end}`);
    return archive.subarray(start, end);
  };
  const pieces = function* (bytes: Buffer) {
    for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
  };
  return {
    size: archive.length,
    read: async (start, length) => within(start, start + length),
    stream: (start, end) => Readable.from(pieces(within(start, end)), { objectMode: false }),
  };
}

/** Unpacks an archive out of memory. */
export async function unpack(
  content: Buffer,
  dir: string,
  options: ExtractOptions = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<ExtractedFiles> {
  const failures = failuresOf(signal);
  const archive = await openArchive(sourceOf(content, content.length > 100_000 ? 65_537 : 333), failures, signal);
  return extractArchive(dir, createCatalog(archive, failures, signal), failures, signal, options);
}
