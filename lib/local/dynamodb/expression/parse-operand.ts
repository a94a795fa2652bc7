import reservedWords from '../../models/dynamodb-reserved-words.json' with { type: 'json' };
import type { DocumentPath, Operand, PathElement } from './grammar.ts';
import { ExpressionError, TokenReader } from './token.ts';

/** DynamoDB Developer Guide, "Reserved words in DynamoDB". */
const RESERVED: ReadonlySet<string> = new Set(reservedWords);

/** Reads what all expressions have in common: paths, placeholders and calls. */
export class OperandReader extends TokenReader {
  readonly names = new Set<string>();
  readonly values = new Set<string>();

  /** Reads a document path such as `#a.list[1].b`. @throws ExpressionError */
  path(): DocumentPath {
    const path: PathElement[] = [this.#attribute()];
    for (;;) {
      if (this.takes('.')) path.push(this.#attribute());
      else if (this.takes('[')) {
        if (this.peek().kind !== 'number') throw this.unexpected();
        path.push(Number(this.next().text));
        this.expect(']');
      } else return path;
    }
  }

  /** Reads a path, a placeholder for a value, or a call of a function, in parentheses or not. @throws ExpressionError */
  operand(): Operand {
    if (this.takes('(')) {
      const enclosed = this.operand();
      this.expect(')');
      return enclosed;
    }
    const token = this.peek();
    if (token.kind === 'value') {
      this.next();
      this.values.add(token.text);
      return { kind: 'value', name: token.text };
    }
    return this.isCall() ? this.call() : { kind: 'path', path: this.path() };
  }

  isCall(): boolean {
    const after = this.peek(1);
    return this.peek().kind === 'word' && after.kind === 'sign' && after.text === '(';
  }

  /** Reads a call of a function, known or not. @throws ExpressionError */
  call(): Operand & { kind: 'call' } {
    const name = this.next().text;
    this.expect('(');
    const operands = [this.operand()];
    while (this.takes(',')) operands.push(this.operand());
    this.expect(')');
    return { kind: 'call', name, operands };
  }

  #attribute(): string {
    const token = this.peek();
    if (token.kind === 'name') this.names.add(token.text);
    else if (token.kind !== 'word') throw this.unexpected();
    else if (RESERVED.has(token.text.toUpperCase())) {
      throw new ExpressionError(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    this.next();
    return token.text;
  }
}

/** A path as messages show it: `[a, list, [1]]`. */
export function showPath(path: DocumentPath): string {
  return `[${path.map((element) => (typeof element === 'number' ? `[${element}]` : element)).join(', ')}]`;
}
