import type { BundleProblem } from './bundle-error.ts';

/** One file of a bundle. */
export interface BundledFile {
  /** Relative to the bundle's folder. */
  readonly path: string;
  readonly bytes: number;
  /** Whether every cold start loads it; the others are source maps, and chunks that are imported when needed. */
  readonly atStart: boolean;
  /** What the file was made from, relative to the project's root, and how many of its bytes come from each. */
  readonly inputs: Readonly<Record<string, number>>;
}

/** What `bundleHandler` wrote. */
export interface Bundle {
  readonly files: readonly BundledFile[];
  /** What esbuild warned of; none of it stops the bundle. */
  readonly warnings: readonly BundleProblem[];
}
