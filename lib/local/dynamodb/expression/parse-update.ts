import type { Change, DocumentPath, Operand, Parsed } from './grammar.ts';
import { OperandReader } from './parse-operand.ts';
import { ExpressionError } from './token.ts';

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

/** Parses an update expression. @throws ExpressionError */
export function parseUpdate(text: string): Parsed<readonly Change[]> {
  const reader = new OperandReader(text);
  const seen = new Set<string>();
  const content: Change[] = [];
  do {
    const section = SECTIONS.find((name) => reader.takesWord(name));
    if (section === undefined) throw reader.unexpected();
    if (seen.has(section)) {
      throw new ExpressionError(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    do content.push(change(reader, section));
    while (reader.takes(','));
  } while (reader.peek().kind !== 'end');
  return { content, names: reader.names, values: reader.values };
}

/** Parses a projection expression. @throws ExpressionError */
export function parseProjection(text: string): Parsed<readonly DocumentPath[]> {
  const reader = new OperandReader(text);
  const content = [reader.path()];
  while (reader.takes(',')) content.push(reader.path());
  if (reader.peek().kind !== 'end') throw reader.unexpected();
  return { content, names: reader.names, values: reader.values };
}

function change(reader: OperandReader, section: (typeof SECTIONS)[number]): Change {
  const path = reader.path();
  if (section === 'REMOVE') return { kind: section, path };
  if (section === 'SET') {
    reader.expect('=');
    return { kind: section, path, value: sum(reader) };
  }
  if (reader.peek().kind !== 'value') throw reader.unexpected();
  return { kind: section, path, value: reader.operand() };
}

function sum(reader: OperandReader): Operand {
  const left = term(reader);
  const sign = reader.takes('+') ? '+' : reader.takes('-') ? '-' : undefined;
  return sign === undefined ? left : { kind: 'sum', sign, left, right: term(reader) };
}

function term(reader: OperandReader): Operand {
  if (reader.takes('(')) {
    const inner = sum(reader);
    reader.expect(')');
    return inner;
  }
  const operand = reader.operand();
  checkFunctions(operand);
  return operand;
}

function checkFunctions(operand: Operand): void {
  if (operand.kind !== 'call') return;
  const { name, operands } = operand;
  if (name !== 'if_not_exists' && name !== 'list_append') {
    const known = ['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains', 'size'];
    throw new ExpressionError(
      known.includes(name)
        ? `The function is not allowed in an update expression; function: ${name}`
        : `Invalid function name; function: ${name}`,
    );
  }
  if (operands.length !== 2) {
    throw new ExpressionError(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  if (name === 'if_not_exists' && operands[0]?.kind !== 'path') {
    throw new ExpressionError(`Operator or function requires a document path; operator or function: ${name}`);
  }
  for (const inner of operands) checkFunctions(inner);
}
