import { LONGEST_PATH_BYTES, pathProblem, plainPath } from './entry-path.ts';

/** The names of an entry: the path to use, or the name as it stands and what is wrong with it. */
export function nameOf(name: string): { readonly path: string; readonly nameProblem: string | undefined } {
  const problem = pathProblem(name);
  return problem === undefined
    ? { path: plainPath(name), nameProblem: undefined }
    : { path: shortened(name), nameProblem: problem };
}

/** Says why a link cannot be made; undefined for a sound text. */
export function linkProblem(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  if (target === '' || target.includes('\0')) return 'the link leads to no path';
  return Buffer.byteLength(target) > LONGEST_PATH_BYTES ? 'the link is longer than any path' : undefined;
}

const KEPT = 200;

/** Keeps the beginning of a name that is no name any more, and lets go of the rest. */
export function shortened(name: string): string {
  if (name.length <= LONGEST_PATH_BYTES) return name;
  // By way of a buffer, since a part of a string keeps the whole alive.
  return Buffer.from(`${name.slice(0, KEPT)}…`).toString();
}
