import { isTooMany, MOST_ALTERNATIVES, patternTest } from './glob.ts';

/**
 * Which paths are meant: patterns, or a function that is asked with each path.
 *
 * A pattern without a slash matches a name at any depth (`node_modules`, `*.map`); one with a slash matches from the
 * top on (`dist/tmp`, `test/*.snap`). `*` stands for anything but a slash, `**` for any folders, `?` for one character,
 * `[a-z]` for one of these, `{js,ts}` for either. A path also matches itself, whatever characters it has. A folder that
 * matches is meant with all that it holds.
 */
export type PathFilter = readonly string[] | ((path: string) => boolean);

/**
 * Says what is wrong with a filter; undefined where nothing is.
 *
 * @param takesNameless - whether "" is taken, which only an entry without a name matches
 */
export function pathFilterProblem(option: string, filter: unknown, takesNameless = false): string | undefined {
  if (filter === undefined || typeof filter === 'function') return undefined;
  if (!Array.isArray(filter)) return `${option} must be an array of patterns or a function`;
  for (const pattern of filter as unknown[]) {
    if (typeof pattern !== 'string') return `${option} has ${String(pattern)} where a pattern must be text`;
    if (pattern === '' && !takesNameless) return `${option} has the pattern "", which matches nothing`;
    if (isTooMany(pattern)) {
      return `${option} has a pattern of over ${MOST_ALTERNATIVES} alternatives; give a function instead`;
    }
  }
  return undefined;
}

/** Makes the test for paths; a path passes, too, when a folder on its way does. */
export function createPathFilter(filter: PathFilter): (path: string) => boolean {
  if (typeof filter !== 'function') return patternTest(filter);
  const isMatch = pathTest(filter);
  const folders = new Map<string, boolean>();

  function isMeant(path: string): boolean {
    return isMatch(path) || isFolderMeant(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  }

  function isFolderMeant(folder: string): boolean {
    if (folder === '') return false;
    const known = folders.get(folder) ?? isMeant(folder);
    folders.set(folder, known);
    return known;
  }

  return isMeant;
}

/** Makes the test for single paths. @throws TypeError from it where the function answers with anything but yes or no */
export function pathTest(filter: (path: string) => boolean): (path: string) => boolean {
  return (path) => {
    // A promise counts as true, so that a function that is `async` by mistake would mean everything.
    const answer: unknown = filter(path);
    if (typeof answer === 'object' && answer !== null) {
      throw new TypeError(
        'a function that chooses paths must answer true or false at once, but gave an object or promise',
      );
    }
    return Boolean(answer);
  };
}
