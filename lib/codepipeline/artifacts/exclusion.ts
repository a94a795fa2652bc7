import { createPathFilter, type PathFilter, pathFilterProblem, pathTest } from '../../archive/index.ts';
import { InvalidOptionError } from '../../core/errors.ts';

/**
 * What to leave out of a folder: patterns, or a function that is asked with each path.
 *
 * A pattern without a slash matches a name at any depth (`node_modules`, `*.map`); one with a slash matches from the
 * folder on (`dist/tmp`, `test/*.snap`). `*` stands for anything but a slash, `**` for any folders, `?` for one character,
 * `[a-z]` for one of these, `{js,ts}` for either. A folder that matches is left out with all that it holds.
 */
export type Exclusion = PathFilter;

/** Makes the test for paths to leave out. @throws InvalidOptionError for a pattern that matches nothing */
export function createExclusion(exclude: Exclusion = []): (path: string) => boolean {
  const problem = pathFilterProblem('exclude', exclude);
  if (problem !== undefined) throw new InvalidOptionError(problem);
  if (typeof exclude === 'function') return pathTest(exclude);
  const slash = exclude.find((pattern) => /^[./]*$/.test(pattern));
  if (slash !== undefined) throw new InvalidOptionError(`exclude has the pattern "${slash}", which matches nothing`);
  return createPathFilter(exclude);
}
