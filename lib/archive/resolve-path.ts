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

/** Follows a path within a tree as a file system would; nothing beyond the tree is ever looked at. */
export async function resolvePath<Leaf extends { readonly kind: string }>(
  path: string,
  tree: Tree<Leaf>,
): Promise<Resolved<Leaf>> {
  const ahead = path.split('/').reverse();
  let at = '';
  let link: string | undefined;
  for (let links = 0; ahead.length > 0; ) {
    const name = ahead.pop();
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at === '') return { kind: 'outside', link };
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      continue;
    }
    const next = at === '' ? `${name}` : `${at}/${name}`;
    const leaf = tree.leaf(next);
    if (leaf?.kind === 'link') {
      const target = await tree.linkTarget(leaf);
      links++;
      link = next;
      if (target.startsWith('/')) return { kind: 'outside', link };
      if (links > MOST_LINKS || target === '' || target.includes('\0')) return { kind: 'nothing', link };
      ahead.push(...target.split('/').reverse());
      continue;
    }
    // Whatever follows, be it a slash alone, asks for a folder.
    if (leaf !== undefined && ahead.length === 0) return { kind: 'entry', entry: leaf };
    if (!tree.isFolder(next)) return { kind: 'nothing', link };
    at = next;
  }
  return { kind: 'folder', path: at };
}
