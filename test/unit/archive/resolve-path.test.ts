import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPathResolver, type Resolved, resolvePath, type Tree } from '../../../lib/archive/index.ts';

interface Leaf {
  readonly kind: 'file' | 'link';
  readonly to: string;
}

/** A tree of files (`''`) and links by their paths; `counts` has how often a link's target was asked for. */
function treeOf(leaves: Readonly<Record<string, string>>): Tree<Leaf> & { readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const found = new Map(
    Object.entries(leaves).map(([path, to]): [string, Leaf] => [path, { kind: to === '' ? 'file' : 'link', to }]),
  );
  const folders = new Set(Object.keys(leaves).map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))));
  return {
    counts,
    leaf: (path) => found.get(path),
    isFolder: (path) => path === '' || folders.has(path),
    async linkTarget({ to }) {
      counts.set(to, (counts.get(to) ?? 0) + 1);
      return to;
    },
  };
}

/** As the kernel does it: every name of every link, each time. */
async function walked(path: string, tree: Tree<Leaf>): Promise<Resolved<Leaf>['kind']> {
  const ahead = path.split('/').reverse();
  let at: string[] = [];
  for (let links = 0; ahead.length > 0; ) {
    const name = ahead.pop() as string;
    if (name === '' || name === '.') continue;
    if (name === '..' && at.length === 0) return 'outside';
    const next = name === '..' ? at.slice(0, -1) : [...at, name];
    const leaf = name === '..' ? undefined : tree.leaf(next.join('/'));
    if (leaf?.kind === 'link') {
      if (++links > 40) return 'nothing';
      ahead.push(...(await tree.linkTarget(leaf)).split('/').reverse());
    } else if (leaf !== undefined) return ahead.length === 0 ? 'entry' : 'nothing';
    else if (!tree.isFolder(next.join('/'))) return 'nothing';
    else at = next;
  }
  return 'folder';
}

it('paths lead where a file system would have them lead, in whatever order they are asked for', async () => {
  const names = ['a', 'b', 'c', 'd/a', 'd/b', 'd/e/a'];
  const segment = fc.constantFrom('a', 'b', 'c', 'd', 'e', '.', '..', '..', '');
  const target = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/').replace(/^\/+/, ''));
  const tree = fc.array(fc.tuple(fc.constantFrom(...names), target), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(tree, fc.array(target, { minLength: 3, maxLength: 8 }), async (links, paths) => {
      const made = treeOf({ 'd/e/file': '', ...Object.fromEntries(links) });
      const resolve = createPathResolver(made);
      for (const path of [...names, ...paths]) {
        const { kind } = await resolve(path);
        expect([path, kind]).toEqual([path, await walked(path, made)]);
        expect((await resolvePath(path, made)).kind).toBe(kind);
      }
    }),
    { numRuns: 500 },
  );
});

it('forty links are followed for one path, and no more, also where a part of them is known already', async () => {
  const chain = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`l${i}`, i === 0 ? 'file' : `l${i - 1}`]));
  const tree = treeOf({ file: '', ...chain });
  const resolve = createPathResolver(tree);
  for (const known of ['l20', 'l39', 'l10']) expect((await resolve(known)).kind).toBe('entry');
  for (const link of ['l40', 'l59', 'l41']) expect((await resolve(link)).kind).toBe('nothing');
});

it.each([
  ['that end', 'file'],
  ['in a circle', 'c0'],
])('a link on the way of many is walked once, through chains %s', async (_, end) => {
  const padding = './'.repeat(2_000);
  const chain = Object.fromEntries(
    Array.from({ length: 39 }, (__, i) => [`c${i}`, padding + (i < 38 ? `c${i + 1}` : end)]),
  );
  const links = Object.fromEntries(Array.from({ length: 1_000 }, (__, i) => [`l${i}`, 'c0']));
  const tree = treeOf({ file: '', ...chain, ...links });
  let steps = 0;
  const resolve = createPathResolver(tree, () => {
    steps++;
    return undefined;
  });
  for (const link of Object.keys(links)) expect((await resolve(link)).kind).toBe(end === 'file' ? 'entry' : 'nothing');
  expect(steps).toBeLessThan(39 * 2_002 + 1_000 * 45);
});
