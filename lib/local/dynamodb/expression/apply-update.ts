import { type AttributeValue, type Item, TYPE_NAMES, typeOf } from '../attribute-value.ts';
import { checkRange } from '../check-value.ts';
import { addDecimals, type Decimal, formatDecimal, parseDecimal } from '../decimal.ts';
import { validationError } from '../validation-error.ts';
import { valueAt } from './document.ts';
import { Draft } from './draft.ts';
import type { Change, DocumentPath, Operand } from './grammar.ts';
import { refuseOverlaps } from './overlap.ts';
import { type Placeholders, resolvePath } from './placeholders.ts';
import { ExpressionError } from './token.ts';

/** Everything that an update expression may not compute with, found before any item is read. @throws ExpressionError */
export function checkChanges(changes: readonly Change[], placeholders: Placeholders): void {
  refuseOverlaps(changes.map(({ path }) => resolvePath(path, placeholders)));
  for (const change of changes) {
    if (change.kind === 'REMOVE') continue;
    if (change.kind === 'SET') checkOperand(change.value, placeholders);
    else checkSetOperand(change.kind, change.value, placeholders);
  }
}

/** The item that an update makes of another. All operands are read from the item as it was. @throws AwsError ValidationException */
export function applyChanges(changes: readonly Change[], item: Item, placeholders: Placeholders): Item {
  const draft = new Draft(item);
  const computed = changes.map((change) => ({ change, path: resolvePath(change.path, placeholders) }));
  const values = computed.map(({ change, path }) => newValue(change, path, item, placeholders));
  computed.forEach(({ change, path }, index) => {
    const value = values[index];
    if (value !== undefined) draft.set(path, value);
    else if (change.kind !== 'ADD') draft.remove(path, change.kind === 'REMOVE');
  });
  return draft.finish();
}

/** What a path gets; nothing where the attribute goes. */
function newValue(
  change: Change,
  path: DocumentPath,
  item: Item,
  placeholders: Placeholders,
): AttributeValue | undefined {
  if (change.kind === 'REMOVE') return undefined;
  const value = compute(change.value, item, placeholders);
  if (change.kind === 'SET') return value;
  const current = valueAt(item, path);
  return change.kind === 'ADD' ? added(current, value) : without(current, value);
}

function compute(operand: Operand, item: Item, placeholders: Placeholders): AttributeValue {
  if (operand.kind === 'value') return placeholders.values[operand.name] as AttributeValue;
  if (operand.kind === 'path') {
    const value = valueAt(item, resolvePath(operand.path, placeholders));
    if (value !== undefined) return value;
    throw validationError('The provided expression refers to an attribute that does not exist in the item');
  }
  if (operand.kind === 'sum') {
    const left = compute(operand.left, item, placeholders);
    const right = compute(operand.right, item, placeholders);
    if (left.N === undefined || right.N === undefined) throw wrongDataType();
    return total(left.N, right.N, operand.sign === '+' ? 1 : -1);
  }
  const [first, second] = operand.operands as [Operand, Operand];
  if (operand.name === 'if_not_exists') {
    const current = first.kind === 'path' ? valueAt(item, resolvePath(first.path, placeholders)) : undefined;
    return current ?? compute(second, item, placeholders);
  }
  const left = compute(first, item, placeholders).L;
  const right = compute(second, item, placeholders).L;
  if (left === undefined || right === undefined) throw wrongDataType();
  return { L: [...left, ...right] };
}

function total(left: string, right: string, sign: 1 | -1): AttributeValue {
  const sum = addDecimals(parseDecimal(left) as Decimal, parseDecimal(right) as Decimal, sign);
  return { N: formatDecimal(checkRange(sum)) };
}

function added(current: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (current === undefined) return value;
  if (typeOf(current) !== typeOf(value)) throw wrongDataType();
  if (current.N !== undefined) return total(current.N, value.N ?? '0', 1);
  const type = typeOf(value) as 'SS' | 'NS' | 'BS';
  return { [type]: [...new Set([...(current[type] ?? []), ...(value[type] ?? [])])] };
}

function without(current: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined {
  if (current === undefined) return undefined;
  if (typeOf(current) !== typeOf(value)) throw wrongDataType();
  const type = typeOf(value) as 'SS' | 'NS' | 'BS';
  const gone = new Set(value[type]);
  const left = (current[type] ?? []).filter((element) => !gone.has(element));
  return left.length === 0 ? undefined : { [type]: left };
}

function wrongDataType() {
  return validationError('An operand in the update expression has an incorrect data type');
}

function checkOperand(operand: Operand, placeholders: Placeholders): void {
  const typeOfGiven = (inner: Operand) => {
    const value = inner.kind === 'value' ? placeholders.values[inner.name] : undefined;
    return value === undefined ? undefined : typeOf(value);
  };
  if (operand.kind === 'sum') {
    for (const side of [operand.left, operand.right]) {
      const type = typeOfGiven(side);
      if (type !== undefined && type !== 'N') throw wrongOperand('operator', operand.sign, type);
      checkOperand(side, placeholders);
    }
  }
  if (operand.kind !== 'call') return;
  for (const inner of operand.operands) {
    const type = typeOfGiven(inner);
    if (operand.name === 'list_append' && type !== undefined && type !== 'L') {
      throw wrongOperand('operator or function', operand.name, type);
    }
    checkOperand(inner, placeholders);
  }
}

function wrongOperand(noun: string, name: string, type: string): ExpressionError {
  return new ExpressionError(
    `Incorrect operand type for operator or function; ${noun}: ${name}, operand type: ${type}`,
  );
}

function checkSetOperand(kind: 'ADD' | 'DELETE', operand: Operand, placeholders: Placeholders): void {
  const value = operand.kind === 'value' ? placeholders.values[operand.name] : undefined;
  if (value === undefined) return;
  const type = typeOf(value);
  if (type === 'SS' || type === 'NS' || type === 'BS' || (type === 'N' && kind === 'ADD')) return;
  throw new ExpressionError(
    `Incorrect operand type for operator or function; operator: ${kind}, operand type: ${TYPE_NAMES[type]}, typeSet: ALLOWED_FOR_${kind}_OPERAND`,
  );
}
