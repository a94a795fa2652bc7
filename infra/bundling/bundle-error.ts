/** One thing that keeps a handler from being bundled. */
export interface BundleProblem {
  readonly message: string;
  /** Relative to the project's root. */
  readonly file?: string;
  /** Counts from 1. */
  readonly line?: number;
  /** Counts from 1. */
  readonly column?: number;
}

/** Thrown when a handler cannot be bundled: the entry is missing, does not compile, or lacks the named export. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly code = 'BUNDLE_FAILED';
  readonly problems: readonly BundleProblem[];

  constructor(entry: string, problems: readonly BundleProblem[]) {
    super(`cannot bundle the handler ${entry}:${problems.map((problem) => `\n  ${describe(problem)}`).join('')}`);
    this.problems = problems;
  }
}

function describe({ file, line, column, message }: BundleProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return place === '' ? message : `${place}: ${message}`;
}
