import type { AttributeValue, Item } from '../attribute-value.ts';
import type { DocumentPath } from './grammar.ts';

/** The value at a path whose placeholders are replaced; `undefined` where there is none. */
export function valueAt(item: Item, path: DocumentPath): AttributeValue | undefined {
  const [first] = path;
  let value = Object.hasOwn(item, first as string) ? item[first as string] : undefined;
  for (let index = 1; index < path.length && value !== undefined; index++) {
    const element = path[index] as string | number;
    if (typeof element === 'number') value = value.L?.[element];
    else value = value.M !== undefined && Object.hasOwn(value.M, element) ? value.M[element] : undefined;
  }
  return value;
}

/** A part of a projection: which members of a value are wanted, or all of it. */
type Wanted = 'all' | Map<string | number, Wanted>;

/** What an item has at the given paths, in its own structure; elements of lists close up. */
export function project(item: Item, paths: readonly DocumentPath[]): Item {
  const wanted = new Map<string | number, Wanted>();
  for (const path of paths) if (valueAt(item, path) !== undefined) want(wanted, path);
  return pick({ M: item }, wanted).M ?? {};
}

function want(wanted: Map<string | number, Wanted>, path: DocumentPath): void {
  let level = wanted;
  for (const element of path.slice(0, -1)) {
    const inner = level.get(element);
    if (inner === 'all') return;
    const next = inner ?? new Map<string | number, Wanted>();
    level.set(element, next);
    level = next;
  }
  level.set(path.at(-1) ?? '', 'all');
}

function pick(value: AttributeValue, wanted: Wanted): AttributeValue {
  if (wanted === 'all') return value;
  const entries = [...wanted];
  if (value.L !== undefined) {
    const list = value.L;
    return {
      L: entries
        .sort(([left], [right]) => Number(left) - Number(right))
        .map(([index, inner]) => pick(list[index as number] as AttributeValue, inner)),
    };
  }
  const map = value.M ?? {};
  return { M: Object.fromEntries(entries.map(([name, inner]) => [name, pick(map[name] as AttributeValue, inner)])) };
}
