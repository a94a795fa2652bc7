import type { Item } from './attribute-value.ts';
import { project } from './expression/document.ts';
import type { DocumentPath } from './expression/grammar.ts';
import { attributesOf, type Index, type Table } from './table.ts';
import { invalidParameters } from './validation-error.ts';

/** The attributes that an index holds beside all; `undefined` for one that holds everything. */
function heldBy(index: Index, table: Table): ReadonlySet<string> | undefined {
  const { ProjectionType, NonKeyAttributes = [] } = index.input.Projection;
  if (ProjectionType === 'ALL') return undefined;
  return new Set([...table.keyAttributes, ...attributesOf(index.key), ...NonKeyAttributes]);
}

/** What an index holds of an item. */
export function projectedItem(index: Index, table: Table, item: Item): Item {
  const held = heldBy(index, table);
  return held === undefined
    ? item
    : project(
        item,
        [...held].map((name) => [name]),
      );
}

/** A global index gives only what it holds; a local one fetches the rest. @throws AwsError ValidationException */
export function checkProjection(
  index: Index | undefined,
  projection: readonly DocumentPath[] | undefined,
  table: Table,
): void {
  const held = index === undefined || index.isLocal ? undefined : heldBy(index, table);
  if (held === undefined || projection === undefined) return;
  const missing = [...new Set(projection.map(([name]) => String(name)))].filter((name) => !held.has(name));
  if (missing.length === 0) return;
  throw invalidParameters(`Global secondary index ${index?.input.IndexName} does not project [${missing.join(', ')}]`);
}

/** A global index is filtered by what it holds. @throws AwsError ValidationException */
export function checkFilter(index: Index | undefined, filtered: readonly string[], table: Table): void {
  const held = index === undefined || index.isLocal ? undefined : heldBy(index, table);
  const missing = held === undefined ? [] : filtered.filter((name) => !held.has(name));
  if (missing.length === 0) return;
  throw invalidParameters(
    `Secondary index ${index?.input.IndexName} does not project one or more filter attributes: [${missing.join(', ')}]`,
  );
}
