/** 10 GiB, the largest ephemeral storage of a function. */
export const DEFAULT_MAX_UNPACKED_BYTES = 10 * 1024 ** 3;
export const DEFAULT_MAX_ENTRIES = 1_000_000;

/** Options of unpacking. */
export interface ExtractOptions {
  /** The most that the files may take up together, in bytes. @defaultValue 10 GiB, the largest ephemeral storage */
  readonly maxBytes?: number;
  /** @defaultValue 1,000,000 */
  readonly maxEntries?: number;
}

/** What was unpacked. */
export interface ExtractedFiles {
  /** Files and symbolic links. */
  readonly files: number;
  readonly bytes: number;
}
