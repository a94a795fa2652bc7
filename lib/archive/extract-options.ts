import { type PathFilter, pathFilterProblem } from './path-filter.ts';

/** 10 GiB, the largest ephemeral storage of a function. */
export const DEFAULT_MAX_UNPACKED_BYTES = 10 * 1024 ** 3;

/** Options of unpacking. */
export interface ExtractOptions {
  /** The most that the files may take up together, in bytes. @defaultValue 10 GiB, the largest ephemeral storage */
  readonly maxBytes?: number | undefined;
  /** The most entries that the archive may have, unpacked or not. @defaultValue 500,000 */
  readonly maxEntries?: number | undefined;
  /** What to unpack. @defaultValue everything */
  readonly include?: PathFilter | undefined;
  /** What to leave out of that. @defaultValue nothing */
  readonly exclude?: PathFilter | undefined;
  /**
   * What to do with a symbolic link that leads out of the archive, or to nothing that is unpacked: `refuse` the archive and
   * name the link, or `skip` the link and list it.
   *
   * @defaultValue 'refuse'
   */
  readonly strayLinks?: 'refuse' | 'skip' | undefined;
}

/** What was unpacked. */
export interface ExtractedFiles {
  /** Files, hard links and symbolic links. */
  readonly files: number;
  /** What the files hold; of a file and its hard links once. */
  readonly bytes: number;
  /** The symbolic links that were skipped, where there were any. */
  readonly skippedLinks?: readonly string[];
}

const OPTIONS: ReadonlySet<string> = new Set(['maxBytes', 'maxEntries', 'include', 'exclude', 'strayLinks']);

/** Says what is wrong with options of unpacking; undefined where nothing is. */
export function extractOptionsProblem(options: ExtractOptions = {}): string | undefined {
  const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (unknown !== undefined)
    return `extractTo has no option ${JSON.stringify(unknown)}; it has ${[...OPTIONS].join(', ')}`;
  for (const name of ['maxBytes', 'maxEntries'] as const) {
    const value = options[name];
    if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
      return `${name} must be a number from 0 on, but is ${String(value)}`;
    }
  }
  const { strayLinks } = options;
  if (strayLinks !== undefined && strayLinks !== 'refuse' && strayLinks !== 'skip') {
    return `strayLinks must be "refuse" or "skip", but is ${JSON.stringify(strayLinks)}`;
  }
  return pathFilterProblem('include', options.include) ?? pathFilterProblem('exclude', options.exclude, true);
}
