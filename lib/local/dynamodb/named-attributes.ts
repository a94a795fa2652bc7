import type { Condition, DocumentPath } from './expression/grammar.ts';
import { resolvePath } from './expression/placeholders.ts';
import type { Expressions } from './expression/read-expressions.ts';

/** The top-level attributes that the expressions of a request name, beside those of its keys or item. */
export function namedAttributes(
  expressions: Expressions,
  ...given: readonly (object | undefined)[]
): readonly string[] {
  const { placeholders, ...parsed } = expressions;
  const paths: DocumentPath[] = [...(parsed.projection ?? [])];
  collectPaths([parsed.update, parsed.condition, parsed.keyCondition, parsed.filter], paths);
  const names = paths.map((path) => String(resolvePath(path, placeholders)[0]));
  return [...new Set([...given.flatMap((item) => Object.keys(item ?? {})), ...names])];
}

/** The top-level attributes that a condition names. */
export function attributesOfCondition(condition: Condition, { placeholders }: Expressions): readonly string[] {
  const paths: DocumentPath[] = [];
  collectPaths(condition, paths);
  return [...new Set(paths.map((path) => String(resolvePath(path, placeholders)[0])))];
}

/** Every node of the grammar that stands for a place in an item holds it as its `path`. */
function collectPaths(node: unknown, found: DocumentPath[]): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    if (name === 'path') found.push(value as DocumentPath);
    else collectPaths(value, found);
  }
}
