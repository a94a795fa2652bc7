/** The views, in the order of the page. */
export const VIEWS = [
  ['owed', 'Owed answers'],
  ['services', 'Services'],
  ['calls', 'Calls and permissions'],
  ['play', 'Play'],
  ['functions', 'Functions and logs'],
] as const;

/** The name of a view. */
export type ViewName = (typeof VIEWS)[number][0];

/** What the address says is to be shown. */
export interface Route {
  readonly view: ViewName;
  /** The rest of the path: which kind of thing, and which one. */
  readonly path: readonly string[];
  readonly filter: string;
}

/** Reads the part of an address behind `#`. What it does not know shows the first view. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = '', ...rest] = path.split('/').map(decoded);
  const view = VIEWS.find(([known]) => known === name)?.[0] ?? 'owed';
  return { view, path: rest, filter: new URLSearchParams(query).get('filter') ?? '' };
}

/** The address of a view, for links. */
export function linkTo(view: ViewName, path: readonly string[] = [], filter = ''): string {
  const place = [view, ...path].map(encodeURIComponent).join('/');
  return `#/${place}${filter === '' ? '' : `?${new URLSearchParams({ filter })}`}`;
}

/** The token in the part of an address behind `#`, which the terminal shows. */
export function tokenIn(hash: string): string | undefined {
  return /^#token=([A-Za-z0-9_-]+)$/.exec(hash)?.[1];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
