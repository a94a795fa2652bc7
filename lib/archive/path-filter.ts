/**
 * Which paths are meant: patterns, or a function that is asked with each path.
 *
 * A pattern without a slash matches a name at any depth (`node_modules`, `*.map`); one with a slash matches from the
 * top on (`dist/tmp`, `test/*.snap`). `*` stands for anything but a slash, `**` for any folders, `?` for one character,
 * `[a-z]` for one of these, `{js,ts}` for either. A path also matches itself, whatever characters it has. A folder that
 * matches is meant with all that it holds.
 */
export type PathFilter = readonly string[] | ((path: string) => boolean);

/** Says what is wrong with a filter; undefined where nothing is. */
export function pathFilterProblem(option: string, filter: unknown): string | undefined {
  if (filter === undefined || typeof filter === 'function') return undefined;
  if (!Array.isArray(filter)) return `${option} must be an array of patterns or a function`;
  for (const pattern of filter as unknown[]) {
    if (typeof pattern !== 'string') return `${option} has ${String(pattern)} where a pattern must be text`;
    if (pattern === '') return `${option} has the pattern "", which matches nothing`;
    if (expanded(pattern).length > MOST_ALTERNATIVES) {
      return `${option} has a pattern of over ${MOST_ALTERNATIVES} alternatives; give a function instead`;
    }
  }
  return undefined;
}

/** Makes the test for paths; a path passes, too, when a folder on its way does. */
export function createPathFilter(filter: PathFilter): (path: string) => boolean {
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

/** Makes the test for single paths. @throws TypeError from it where a function answers with anything but yes or no */
export function pathTest(filter: PathFilter): (path: string) => boolean {
  if (typeof filter !== 'function') return patternTest(filter);
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

/** Makes the test for single paths from patterns. */
export function patternTest(patterns: readonly string[]): (path: string) => boolean {
  const literal = new Set(patterns);
  const expressions = patterns.flatMap(expanded).flatMap(expressionOf);
  return (path) => literal.has(path) || expressions.some((expression) => expression.test(path));
}

const MOST_ALTERNATIVES = 1_000;

/** Writes braces out: `a.{js,ts}` as `a.js` and `a.ts`. One that is not closed, or has no comma, stands for itself. */
function expanded(pattern: string): string[] {
  const ready: string[] = [];
  const open = [pattern];
  while (open.length > 0 && ready.length <= MOST_ALTERNATIVES) {
    const next = open.pop() as string;
    const [whole, before = '', within = '', after = ''] = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/su.exec(next) ?? [];
    if (whole === undefined) ready.push(next);
    else open.push(...within.split(',').map((choice) => before + choice + after));
  }
  return ready;
}

function expressionOf(pattern: string): RegExp[] {
  const plain = pattern.replace(/^\.?\//, '').replace(/\/+$/, '');
  if (plain === '') return [];
  const anywhere = !pattern.replace(/\/+$/, '').includes('/');
  const source = plain.split('/').map(segmentExpression).join('');
  try {
    return [new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${source}$`, 'su')];
  } catch {
    // A class such as [z-a], which matches nothing.
    return [];
  }
}

function segmentExpression(segment: string, index: number, all: readonly string[]): string {
  const isLast = index === all.length - 1;
  if (segment === '**') return isLast ? '.*' : '(?:[^/]+/)*';
  const text = segment.replace(/\*+|\?|\[[!^]?\]?[^\]]*\]|[\\^$.|+()[\]{}]/gu, partExpression);
  return isLast ? text : `${text}/`;
}

function partExpression(part: string): string {
  if (part.startsWith('*')) return '[^/]*';
  if (part === '?') return '[^/]';
  if (part.length === 1) return `\\${part}`;
  const isNegated = /^\[[!^]/.test(part);
  const members = part.slice(isNegated ? 2 : 1, -1).replace(/[\\^[\]]/g, '\\$&');
  return isNegated ? `[^/${members}]` : `[${members}]`;
}
