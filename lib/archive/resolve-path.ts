/** Files, folders and links, as they lie in an archive or are to lie on disk. */
export interface Tree<Leaf extends { readonly kind: string }> {
  /** What stands at a path and is no folder. */
  leaf(path: string): Leaf | undefined;
  isFolder(path: string): boolean;
  /** Where a symbolic link leads, as it is written. */
  linkTarget(link: Leaf): Promise<string>;
}

/** Where a path leads, links on the way followed. */
export type Resolved<Leaf> =
  | { readonly kind: 'entry'; readonly entry: Leaf }
  | { readonly kind: 'folder'; readonly path: string }
  /** Nothing is there, or links lead in a circle; `link` is the path of the last of them. */
  | { readonly kind: 'nothing' | 'outside'; readonly link: string | undefined };

/** As many links as Linux follows for one path. */
const MOST_LINKS = 40;

/** A way that is walked name by name: a path, or what stands for a link. It keeps little, since an archive may have a million. */
interface Way<Leaf> {
  /** What is walked; the next name of it begins at `next`. */
  readonly path: string;
  next: number;
  /** The folder that was reached. */
  at: string;
  /** How many links were followed. */
  links: number;
  /** The path of the last of them, or of the one that this way is of. */
  link: string | undefined;
  end?: Resolved<Leaf>;
}

/** Follows one path within a tree as a file system would; nothing beyond the tree is ever looked at. */
export function resolvePath<Leaf extends { readonly kind: string }>(
  path: string,
  tree: Tree<Leaf>,
): Promise<Resolved<Leaf>> {
  return createPathResolver(tree)(path);
}

/**
 * Follows many paths of one tree, one after another. The way of a link is kept and walked once, however many paths lead by
 * it: links that lead to links, with targets of thousands of names, would otherwise multiply.
 *
 * @param pace - counts the names that are walked
 */
export function createPathResolver<Leaf extends { readonly kind: string }>(
  tree: Tree<Leaf>,
  pace: () => Promise<void> | undefined = () => undefined,
): (path: string) => Promise<Resolved<Leaf>> {
  const ways = new Map<string, Way<Leaf>>();

  async function wayOf(link: string, leaf: Leaf): Promise<Way<Leaf>> {
    const known = ways.get(link);
    if (known !== undefined) return known;
    const target = await tree.linkTarget(leaf);
    const way: Way<Leaf> = { ...wayFrom(folderOf(link), target), link };
    if (target.startsWith('/')) way.end = { kind: 'outside', link };
    else if (target === '' || target.includes('\0')) way.end = { kind: 'nothing', link };
    ways.set(link, way);
    return way;
  }

  /** Walks up to the next link; undefined at the end of the way. */
  async function walk(way: Way<Leaf>): Promise<Way<Leaf> | undefined> {
    const { path, link } = way;
    while (way.end === undefined && !isWalked(way)) {
      await pace();
      const name = path.slice(way.next, nameEnd(way));
      const at = way.at === '' ? name : `${way.at}/${name}`;
      const leaf = name === '' || name === '.' || name === '..' ? undefined : tree.leaf(at);
      if (leaf?.kind === 'link') return wayOf(at, leaf);
      way.next = nameEnd(way) + 1;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (way.at === '') way.end = { kind: 'outside', link };
        way.at = folderOf(way.at);
        // Whatever follows a file, be it a slash alone, asks for a folder.
      } else if (leaf !== undefined && isWalked(way)) way.end = { kind: 'entry', entry: leaf };
      else if (tree.isFolder(at)) way.at = at;
      else way.end = { kind: 'nothing', link };
    }
    way.end ??= { kind: 'folder', path: way.at };
    return undefined;
  }

  return async (path) => {
    const way = wayFrom<Leaf>('', path);
    // The ways that wait for the end of the one behind them.
    const open = [way];
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      const link = await walk(last);
      if (link === undefined) {
        open.pop();
        const before = open.at(-1);
        if (before !== undefined) goOn(before, last);
      } else if (open.length > MOST_LINKS) return { kind: 'nothing', link: link.link };
      else open.push(link);
    }
    return way.end as Resolved<Leaf>;
  };
}

function wayFrom<Leaf>(folder: string, path: string): Way<Leaf> {
  return { path, next: 0, at: folder, links: 0, link: undefined };
}

/** Where the next name ends. */
function nameEnd({ path, next }: Way<unknown>): number {
  const slash = path.indexOf('/', next);
  return slash < 0 ? path.length : slash;
}

function isWalked({ path, next }: Way<unknown>): boolean {
  return next > path.length;
}

/** Goes on where the link leads that comes next. */
function goOn<Leaf>(way: Way<Leaf>, { end, links, link }: Way<Leaf>): void {
  way.next = nameEnd(way) + 1;
  way.links += links + 1;
  way.link = link;
  if (way.links > MOST_LINKS) way.end = { kind: 'nothing', link };
  else if (end?.kind === 'folder') way.at = end.path;
  else if (end?.kind === 'entry' && !isWalked(way)) way.end = { kind: 'nothing', link };
  else if (end !== undefined) way.end = end;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
