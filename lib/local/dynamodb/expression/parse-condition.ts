import type { Comparator, Condition, DocumentPath, Operand, Parsed } from './grammar.ts';
import { OperandReader, showPath } from './parse-operand.ts';
import { closingOf, ExpressionError, type Token } from './token.ts';

const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);
/** The functions that are conditions by themselves, with the number of their operands. */
const CONDITION_FUNCTIONS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};
/** `IN` takes at most this many candidates (DynamoDB Developer Guide, "Expression parameters"). */
const MOST_CANDIDATES = 100;

/** Parses a condition, filter or key condition expression. @throws ExpressionError */
export function parseCondition(text: string): Parsed<Condition> {
  const reader = new OperandReader(text);
  refuseRedundantParentheses(reader.tokens);
  const content = or(reader);
  if (reader.peek().kind !== 'end') throw reader.unexpected();
  return { content, names: reader.names, values: reader.values };
}

function or(reader: OperandReader): Condition {
  const conditions = [and(reader)];
  while (reader.takesWord('OR')) conditions.push(and(reader));
  return joined('or', conditions);
}

function and(reader: OperandReader): Condition {
  const conditions = [not(reader)];
  while (reader.takesWord('AND')) conditions.push(not(reader));
  return joined('and', conditions);
}

function joined(kind: 'and' | 'or', conditions: readonly Condition[]): Condition {
  const [first] = conditions;
  return conditions.length === 1 && first !== undefined ? first : { kind, conditions };
}

function not(reader: OperandReader): Condition {
  return reader.takesWord('NOT') ? { kind: 'not', condition: not(reader) } : primary(reader);
}

function primary(reader: OperandReader): Condition {
  const isGroup = reader.peek().text === '(' && !isComparing(reader.afterGroup());
  if (isGroup && reader.takes('(')) {
    const condition = or(reader);
    reader.expect(')');
    return condition;
  }
  const operand = reader.operand();
  if (operand.kind === 'call' && operand.name !== 'size') return checkedCall(operand);
  if (operand.kind === 'call') checkSize(operand);
  return comparison(reader, operand);
}

function comparison(reader: OperandReader, left: Operand): Condition {
  if (reader.takesWord('BETWEEN')) {
    const lower = value(reader);
    if (!reader.takesWord('AND')) throw reader.unexpected();
    return { kind: 'between', operand: left, lower, upper: value(reader) };
  }
  if (reader.takesWord('IN')) {
    reader.expect('(');
    const candidates = [value(reader)];
    while (reader.takes(',')) candidates.push(value(reader));
    reader.expect(')');
    if (candidates.length > MOST_CANDIDATES) throw countError('IN', candidates.length + 1);
    return { kind: 'in', operand: left, candidates };
  }
  const token = reader.peek();
  if (!isComparator(token)) throw reader.unexpected();
  reader.next();
  const right = value(reader);
  refuseSame(token.text, left, right);
  return { kind: 'compare', comparator: token.text as Comparator, left, right };
}

function isComparator({ kind, text }: Token): boolean {
  return kind === 'sign' && COMPARATORS.has(text);
}

/** Whether what stands before a token is an operand, and no condition. */
function isComparing(token: Token): boolean {
  return isComparator(token) || (token.kind === 'word' && ['BETWEEN', 'IN'].includes(token.text.toUpperCase()));
}

/** Words before a parenthesis that is neither of a call nor of `IN`. */
const BEFORE_GROUPS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'BETWEEN']);

/** Two pairs of parentheses around the same are refused, whatever it is. */
function refuseRedundantParentheses(tokens: readonly Token[]): void {
  const opens = (at: number) => tokens[at]?.kind === 'sign' && tokens[at].text === '(';
  for (const at of tokens.keys()) {
    const before = tokens[at - 1];
    const isList = before?.kind === 'word' && !BEFORE_GROUPS.has(before.text.toUpperCase());
    if (isList || !opens(at) || !opens(at + 1)) continue;
    const close = closingOf(tokens, at);
    if (close < tokens.length && closingOf(tokens, at + 1) === close - 1) {
      throw new ExpressionError('The expression has redundant parentheses;');
    }
  }
}

/** An operand beside a comparator: every function but `size` is a condition, and cannot stand there. */
function value(reader: OperandReader): Operand {
  const operand = reader.operand();
  if (operand.kind === 'call') checkSize(operand);
  return operand;
}

function checkSize(call: Operand & { kind: 'call' }): void {
  if (call.name !== 'size') {
    if (Object.hasOwn(CONDITION_FUNCTIONS, call.name)) throw misplaced(call.name);
    throw unknownFunction(call.name);
  }
  if (call.operands.length !== 1) throw countError('size', call.operands.length);
}

function checkedCall(call: Operand & { kind: 'call' }): Condition {
  const { name, operands } = call;
  const count = Object.hasOwn(CONDITION_FUNCTIONS, name) ? CONDITION_FUNCTIONS[name] : undefined;
  if (count === undefined) {
    throw name === 'if_not_exists' || name === 'list_append' ? misplaced(name) : unknownFunction(name);
  }
  if (operands.length !== count) throw countError(name, operands.length);
  const [first, second] = operands as [Operand, Operand | undefined];
  if (first.kind !== 'path' && count === 1) {
    throw new ExpressionError(`Operator or function requires a document path; operator or function: ${name}`);
  }
  for (const operand of operands) if (operand.kind === 'call') checkSize(operand);
  if (second !== undefined) refuseSame(name, first, second);
  return { kind: 'call', name, operands };
}

function refuseSame(operator: string, left: Operand, right: Operand): void {
  if (left.kind !== 'path' || right.kind !== 'path' || !samePath(left.path, right.path)) return;
  const message = `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${showPath(left.path)}`;
  throw new ExpressionError(message);
}

function samePath(left: DocumentPath, right: DocumentPath): boolean {
  return left.length === right.length && left.every((element, index) => element === right[index]);
}

function unknownFunction(name: string): ExpressionError {
  return new ExpressionError(`Invalid function name; function: ${name}`);
}

function misplaced(name: string): ExpressionError {
  return new ExpressionError(`The function is not allowed to be used this way in an expression; function: ${name}`);
}

function countError(name: string, count: number): ExpressionError {
  return new ExpressionError(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
  );
}
