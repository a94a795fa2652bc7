import type { AttributeValue, Item } from './attribute-value.ts';
import { checkItem } from './check-value.ts';
import { project } from './expression/document.ts';
import { holds } from './expression/evaluate-condition.ts';
import { readKeyCondition } from './expression/key-condition.ts';
import { withLegacyRead } from './expression/legacy-parameters.ts';
import { type ExpressionInput, type Expressions, readExpressions } from './expression/read-expressions.ts';
import { checkFilter, checkProjection, projectedItem } from './index-projection.ts';
import { attributesOfCondition, namedAttributes } from './named-attributes.ts';
import { selectOf } from './request-keys.ts';
import { compareEntries, type Entry, keyText, type SortedItems } from './sorted-items.ts';
import { attributesOf, type Index, type Table } from './table.ts';
import { invalidParameters, validationError } from './validation-error.ts';

/** The most bytes that one Query or Scan looks at (DynamoDB Developer Guide, "Paginating table query results"). */
const PAGE_BYTES = 1024 * 1024;

/** What Query and Scan have in common. */
export interface SearchInput extends ExpressionInput {
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly ExclusiveStartKey?: Item;
  readonly Limit?: number;
  readonly ScanIndexForward?: boolean;
  readonly Segment?: number;
  readonly TotalSegments?: number;
  readonly Select?: string;
}

/** What a search found. */
export interface SearchResult {
  readonly Items?: readonly Item[];
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: Item;
}

/** A search that is read and checked. */
export interface PlannedSearch {
  /** The partition key that a Query names. */
  readonly hash: AttributeValue | undefined;
  /** The attributes that the request names. */
  readonly attributes: readonly string[];
  /** `Select`, or what stands in its place. */
  readonly select: string;
  /** What is found, and how many bytes have been looked at. */
  readonly run: () => { readonly result: SearchResult; readonly bytes: number };
}

/** Reads a Query or Scan of a table. @throws AwsError ValidationException */
export function planSearch(action: 'Query' | 'Scan', table: Table, given: SearchInput): PlannedSearch {
  const input = withLegacyRead(given);
  const expressions = readExpressions(
    input,
    action === 'Query'
      ? ['FilterExpression', 'KeyConditionExpression', 'ProjectionExpression']
      : ['FilterExpression', 'ProjectionExpression'],
  );
  const index = indexOf(table, input);
  checkSelect(input, index);
  checkProjection(index, expressions.projection, table);
  if (expressions.filter !== undefined) {
    checkFilter(index, attributesOfCondition(expressions.filter, expressions), table);
  }
  const told = {
    attributes: namedAttributes(expressions, input.ExclusiveStartKey),
    select: selectOf(input, expressions.projection !== undefined),
  };
  const items = index?.items ?? table.items;
  const start =
    input.ExclusiveStartKey === undefined ? undefined : startOf(table, index, items, input.ExclusiveStartKey);
  if (action === 'Scan') {
    const { Segment, TotalSegments } = input;
    checkSegments(Segment, TotalSegments);
    return { ...told, hash: undefined, run: () => page(items.all(Segment, TotalSegments), start, 1) };
  }

  const { keyCondition, placeholders } = expressions;
  if (keyCondition === undefined) {
    throw validationError(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const key = index?.key ?? table.key;
  const condition = readKeyCondition(keyCondition, key, (name) => table.typeOfKey(name), placeholders);
  refuseKeyFilter(expressions, attributesOf(key));
  const { hash, inRange } = condition;
  if (start !== undefined && keyText(start.item[key.hash] as AttributeValue) !== keyText(hash)) {
    throw validationError('The provided starting key is outside query boundaries based on provided conditions');
  }
  if (start !== undefined && inRange?.(start.item[key.range ?? ''] as AttributeValue) === false) {
    throw validationError('The provided starting key does not match the range key predicate');
  }
  return {
    ...told,
    hash,
    run() {
      const all = items.partition(hash);
      const wanted =
        inRange === undefined ? all : all.filter(({ item }) => inRange(item[key.range ?? ''] as AttributeValue));
      const backward = input.ScanIndexForward === false;
      return page(backward ? [...wanted].reverse() : wanted, start, backward ? -1 : 1);
    },
  };

  /** Looks at entries after `start` until the limit or a megabyte is reached. */
  function page(entries: Iterable<Entry>, from: Entry | undefined, direction: 1 | -1) {
    const found: Item[] = [];
    let [scanned, bytes, count] = [0, 0, 0];
    let last: Item | undefined;
    for (const entry of entries) {
      if (from !== undefined && compareEntries(entry, from) * direction <= 0) continue;
      scanned++;
      bytes += entry.bytes;
      if (expressions.filter === undefined || holds(expressions.filter, entry.item, expressions.placeholders)) {
        count++;
        if (input.Select !== 'COUNT') found.push(shown(entry.item));
      }
      if (scanned !== input.Limit && bytes < PAGE_BYTES) continue;
      last = positionOf(table, index, entry.item);
      break;
    }
    const result: SearchResult = {
      ...(input.Select === 'COUNT' ? {} : { Items: found }),
      Count: count,
      ScannedCount: scanned,
      ...(last === undefined ? {} : { LastEvaluatedKey: last }),
    };
    return { result, bytes };
  }

  function shown(item: Item): Item {
    if (expressions.projection !== undefined) return project(item, expressions.projection);
    return index === undefined || input.Select === 'ALL_ATTRIBUTES' ? item : projectedItem(index, table, item);
  }
}

function indexOf(table: Table, { IndexName, ConsistentRead }: SearchInput): Index | undefined {
  if (IndexName === undefined || IndexName === null) return undefined;
  const index = table.indexes.get(IndexName);
  if (index === undefined) throw validationError(`The table does not have the specified index: ${IndexName}`);
  if (ConsistentRead === true && !index.isLocal) {
    throw validationError('Consistent reads are not supported on global secondary indexes');
  }
  return index;
}

function checkSelect(input: SearchInput & ExpressionInput, index: Index | undefined): void {
  const { Select, ProjectionExpression } = input;
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && index === undefined) {
    throw invalidParameters('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (ProjectionExpression !== undefined && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES') {
    throw validationError(
      `Cannot specify the ProjectionExpression when choosing to get ${Select === 'COUNT' ? 'only the Count' : Select}`,
    );
  }
  if (ProjectionExpression === undefined && Select === 'SPECIFIC_ATTRIBUTES') {
    throw invalidParameters(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (Select === 'ALL_ATTRIBUTES' && index !== undefined && !index.isLocal) {
    const { IndexName, Projection } = index.input;
    if (Projection.ProjectionType === 'ALL') return;
    throw invalidParameters(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${IndexName} because its projection type is not ALL`,
    );
  }
}

function checkSegments(segment: number | undefined, total: number | undefined): void {
  if (segment === undefined && total === undefined) return;
  if (total === undefined) {
    throw validationError(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (segment === undefined) {
    throw validationError(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (segment < total) return;
  throw validationError(
    `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
  );
}

function refuseKeyFilter(expressions: Expressions, keys: readonly string[]): void {
  const { filter } = expressions;
  if (filter === undefined) return;
  const used = attributesOfCondition(filter, expressions);
  const key = keys.find((name) => used.includes(name));
  if (key === undefined) return;
  throw validationError(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
}

/** The attributes that tell where a page ended: the keys of the table, and of the index. */
function positionNames(table: Table, index: Index | undefined): readonly string[] {
  return [...new Set([...table.keyAttributes, ...(index === undefined ? [] : attributesOf(index.key))])];
}

function positionOf(table: Table, index: Index | undefined, item: Item): Item {
  return Object.fromEntries(positionNames(table, index).map((name) => [name, item[name] as AttributeValue]));
}

function startOf(table: Table, index: Index | undefined, items: SortedItems, key: Item): Entry {
  const checked = checkItem(key);
  const names = positionNames(table, index);
  const fits =
    Object.keys(checked).length === names.length &&
    names.every((name) => checked[name] !== undefined && Object.hasOwn(checked[name], table.typeOfKey(name) ?? ''));
  const entry = fits ? items.entryOf(checked, table.idOf(checked)) : undefined;
  if (entry === undefined) throw validationError('The provided starting key is invalid');
  return entry;
}
