import type { BuildOptions, BuildResult } from 'esbuild';

/** esbuild's `build`, keeping what it makes and telling what that was made from. */
export type Build = (options: BuildOptions & { metafile: true; write: false }) => Promise<BuiltEntry['result']>;

/** What was built of one entry. */
export interface BuiltEntry {
  readonly result: BuildResult<{ metafile: true; write: false }>;
  /** The name that the metafile has for the entry. */
  readonly entryPoint: string;
  /** The names that Lambda finds in it; undefined where only running it could tell. */
  readonly exports: readonly string[] | undefined;
}
