import { InvalidOptionError } from '../../core/errors.ts';

/**
 * What to leave out of a folder: patterns, or a function that is asked with each path.
 *
 * A pattern without a slash matches a name at any depth (`node_modules`, `*.map`); one with a slash matches from the
 * folder on (`dist/tmp`, `test/*.snap`). `*` stands for anything but a slash, `**` for any folders. A folder that
 * matches is left out with all that it holds.
 */
export type Exclusion = readonly string[] | ((path: string) => boolean);

/** Makes the test for paths to leave out. @throws InvalidOptionError for an empty pattern */
export function createExclusion(exclude: Exclusion = []): (path: string) => boolean {
  if (typeof exclude === 'function') return exclude;
  const patterns = exclude.map((pattern) => {
    const plain = pattern.replace(/^\.?\//, '').replace(/\/+$/, '');
    if (plain === '') throw new InvalidOptionError(`exclude has the pattern "${pattern}", which matches nothing`);
    const anywhere = !pattern.replace(/\/+$/, '').includes('/');
    return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${plain.split('/').map(segmentExpression).join('')}$`, 'su');
  });
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function segmentExpression(segment: string, index: number, all: readonly string[]): string {
  const isLast = index === all.length - 1;
  if (segment === '**') return isLast ? '.*' : '(?:[^/]+/)*';
  const text = segment
    .split('*')
    .map((literal) => literal.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('[^/]*');
  return isLast ? text : `${text}/`;
}
