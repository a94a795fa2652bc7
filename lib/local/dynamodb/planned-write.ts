import { AwsError } from '../kernel/aws-error.ts';
import type { AttributeValue, Item } from './attribute-value.ts';
import { checkKey, checkNewItem } from './check-keys.ts';
import { checkItem } from './check-value.ts';
import { applyChanges } from './expression/apply-update.ts';
import { project } from './expression/document.ts';
import { holds } from './expression/evaluate-condition.ts';
import type { DocumentPath } from './expression/grammar.ts';
import { withLegacyWrite } from './expression/legacy-parameters.ts';
import { resolvePath } from './expression/placeholders.ts';
import { type ExpressionInput, type Expressions, readExpressions } from './expression/read-expressions.ts';
import { namedAttributes } from './named-attributes.ts';
import type { Table } from './table.ts';
import { invalidParameters, validationError } from './validation-error.ts';

/** The kinds of writes; a condition check writes nothing. */
export type WriteKind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';

/** What the requests of writes have in common. */
export interface WriteInput extends ExpressionInput {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

/** A write that is read and checked, and not yet done. */
export interface PlannedWrite {
  readonly kind: WriteKind;
  readonly table: Table;
  readonly key: Item;
  readonly returnsItemOnFailure: boolean;
  readonly conditionHolds: (current: Item | undefined) => boolean;
  /** The item that is there afterwards. @throws AwsError ValidationException */
  readonly next: (current: Item | undefined) => Item | undefined;
  /** The attributes that the request names. */
  readonly attributes: readonly string[];
  /** What of the item an update touches. */
  readonly touched: readonly DocumentPath[];
}

/** Reads a write to a table. @throws AwsError ValidationException */
export function planWrite(kind: WriteKind, table: Table, given: WriteInput): PlannedWrite {
  const input = withLegacyWrite(given);
  const parameters =
    kind === 'Update' ? (['UpdateExpression', 'ConditionExpression'] as const) : (['ConditionExpression'] as const);
  const expressions = readExpressions(input, parameters);
  const item = kind === 'Put' ? checkItem(input.Item ?? {}) : undefined;
  if (item !== undefined) checkNewItem(table, item, 'Item size has exceeded the maximum allowed size');
  const key = item === undefined ? checkKey(table, input.Key ?? {}) : table.keyOf(item);
  if (kind === 'Update') refuseKeyUpdates(table, expressions);
  return {
    kind,
    table,
    key,
    returnsItemOnFailure: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
    conditionHolds: (current) =>
      expressions.condition === undefined || holds(expressions.condition, current ?? {}, expressions.placeholders),
    next: (current) => {
      if (kind === 'Update') return updated(table, current ?? key, expressions);
      return kind === 'ConditionCheck' ? current : item;
    },
    attributes: namedAttributes(expressions, item ?? key),
    touched: (expressions.update ?? []).map(({ path }) => resolvePath(path, expressions.placeholders)),
  };
}

/** Carries out a write when its condition holds. @throws AwsError ConditionalCheckFailedException, ValidationException */
export function carryOut(write: PlannedWrite): { readonly before: Item | undefined; readonly after: Item | undefined } {
  const before = write.table.get(write.key);
  if (!write.conditionHolds(before)) {
    const members = write.returnsItemOnFailure && before !== undefined ? { Item: before } : {};
    throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', { members });
  }
  const after = write.next(before);
  store(write, after);
  return { before, after };
}

/** Makes an item that {@link PlannedWrite.next} gave the current one. */
export function store({ kind, table, key }: PlannedWrite, after: Item | undefined): void {
  if (kind === 'ConditionCheck') return;
  if (after === undefined) table.delete(key);
  else table.put(after);
}

/** What a write answers as `Attributes`. */
export function returnedAttributes(
  { touched }: PlannedWrite,
  wanted: string | undefined,
  { before, after }: { readonly before: Item | undefined; readonly after: Item | undefined },
): Item | undefined {
  if (wanted === 'ALL_OLD') return before;
  if (wanted === 'ALL_NEW') return after;
  const source = wanted === 'UPDATED_OLD' ? before : wanted === 'UPDATED_NEW' ? after : undefined;
  const found = source === undefined ? {} : project(source, touched);
  return Object.keys(found).length === 0 ? undefined : found;
}

/** Refuses what only UpdateItem may give back. @throws AwsError ValidationException */
export function checkReturnValues(kind: WriteKind, wanted: string | undefined): void {
  if (kind === 'Update' || wanted === undefined || wanted === 'NONE' || wanted === 'ALL_OLD') return;
  throw validationError('ReturnValues can only be ALL_OLD or NONE');
}

function updated(table: Table, current: Item, { update, placeholders }: Expressions): Item {
  if (update === undefined) return current;
  const next = applyChanges(update, current as Readonly<Record<string, AttributeValue>>, placeholders);
  checkNewItem(table, next, 'Item size to update has exceeded the maximum allowed size');
  return next;
}

function refuseKeyUpdates(table: Table, { update = [], placeholders }: Expressions): void {
  for (const { path } of update) {
    const [name] = resolvePath(path, placeholders);
    if (!table.keyAttributes.includes(String(name))) continue;
    throw invalidParameters(`Cannot update attribute ${name}. This attribute is part of the key`);
  }
}
