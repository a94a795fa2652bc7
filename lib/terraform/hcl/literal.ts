import { isEscapedTemplate, isTemplate, Scanner, type Token } from './scan.ts';

/** The value of a literal; numbers as they are written, so that none loses digits. */
export type Literal =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tuple'; readonly items: readonly Literal[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Literal> };

/**
 * The value of an expression that is a literal, as defaults of variables are; undefined for any other, such as one that
 * calls a function.
 */
export function literalOf(expression: string): Literal | undefined {
  try {
    const reader = new LiteralReader(expression);
    const value = reader.read();
    return value !== undefined && reader.isAtEnd() ? value : undefined;
  } catch {
    return undefined;
  }
}

class LiteralReader {
  readonly #scanner: Scanner;
  #ahead: Token | undefined;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  isAtEnd(): boolean {
    return this.#next().kind === 'end';
  }

  read(): Literal | undefined {
    const token = this.#next();
    const text = this.#scanner.textOf(token);
    switch (token.kind) {
      case 'string':
        return stringOf(text.slice(1, -1));
      case 'heredoc':
        return heredocOf(text);
      case 'number':
        return { kind: 'number', text };
      case 'name':
        if (text === 'null') return { kind: 'null' };
        return text === 'true' || text === 'false' ? { kind: 'bool', value: text === 'true' } : undefined;
      default:
        return this.#readMark(text);
    }
  }

  #readMark(mark: string): Literal | undefined {
    if (mark === '[') return this.#readTuple();
    if (mark === '{') return this.#readObject();
    if (mark === '-') {
      const value = this.read();
      return value?.kind === 'number' ? { kind: 'number', text: `-${value.text}` } : undefined;
    }
    if (mark !== '(') return undefined;
    const value = this.read();
    return this.#mark() === ')' ? value : undefined;
  }

  #readTuple(): Literal | undefined {
    const items: Literal[] = [];
    for (;;) {
      if (this.#peekMark() === ']') {
        this.#next();
        return { kind: 'tuple', items };
      }
      const item = this.read();
      if (item === undefined) return undefined;
      items.push(item);
      const mark = this.#peekMark();
      if (mark === ',') this.#next();
      else if (mark !== ']') return undefined;
    }
  }

  #readObject(): Literal | undefined {
    const members = new Map<string, Literal>();
    for (;;) {
      if (this.#peekMark() === '}') {
        this.#next();
        return { kind: 'object', members };
      }
      const key = this.#readKey();
      const mark = this.#mark();
      if (key === undefined || (mark !== '=' && mark !== ':')) return undefined;
      const value = this.read();
      if (value === undefined) return undefined;
      members.set(key, value);
      if (this.#peekMark() === ',') this.#next();
    }
  }

  #readKey(): string | undefined {
    const token = this.#next();
    const text = this.#scanner.textOf(token);
    if (token.kind === 'name') return text;
    const key = token.kind === 'string' ? stringOf(text.slice(1, -1)) : undefined;
    return keyOf(token.kind === 'number' ? { kind: 'number', text } : (key ?? this.#readMark(text)));
  }

  #mark(): string {
    return this.#scanner.textOf(this.#next());
  }

  #peekMark(): string {
    this.#ahead = this.#next();
    return this.#ahead.kind === 'mark' ? this.#scanner.textOf(this.#ahead) : '';
  }

  /** Newlines within brackets separate nothing that a comma, a key or a bracket would not. */
  #next(): Token {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead !== undefined) return ahead;
    for (;;) {
      const token = this.#scanner.next();
      if (token.kind !== 'newline') return token;
    }
  }
}

/** A key in brackets is an expression; a number is a key as text. */
function keyOf(literal: Literal | undefined): string | undefined {
  if (literal?.kind === 'string') return literal.value;
  if (literal?.kind === 'bool') return String(literal.value);
  return literal?.kind === 'number' ? numberText(literal.text) : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** Undefined where a template stands in it: that is no literal. */
function stringOf(inner: string): Literal | undefined {
  let value = '';
  for (let at = 0; at < inner.length; at++) {
    if (isEscapedTemplate(inner, at)) {
      value += `${inner[at]}{`;
      at += 2;
    } else if (isTemplate(inner, at)) return undefined;
    else if (inner[at] === '\\') {
      const [whole = '', long = '', short = ''] =
        /^(?:U([\da-fA-F]{8})|u([\da-fA-F]{4})|.)/.exec(inner.slice(at + 1)) ?? [];
      const code = long || short;
      value += code === '' ? (ESCAPES[whole] ?? whole) : String.fromCodePoint(Number.parseInt(code, 16));
      at += whole.length;
    } else value += inner[at];
  }
  return textLiteral(value);
}

/** Terraform's texts are in Unicode's normal form C. */
const textLiteral = (value: string): Literal => ({ kind: 'string', value: value.normalize('NFC') });

/** The lines between the first and the last, with their own ends; with `<<-` without the indentation that they share. */
function heredocOf(text: string): Literal | undefined {
  const lines = text.split('\n').slice(1, -1);
  const isIndented = text.startsWith('<<-');
  const widths = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const width = isIndented && widths.length > 0 ? Math.min(...widths) : 0;
  const content = lines.map((line) => `${line.slice(width)}\n`).join('');
  if (/(?<![$%])[$%]\{/.test(content)) return undefined;
  return textLiteral(content.replace(/([$%])\1\{/g, '$1{'));
}

/** A literal as JSON text, keys in order; of an object as `terraform console` would give it with `jsonencode`. */
export function jsonOf(literal: Literal): string {
  switch (literal.kind) {
    case 'null':
      return 'null';
    case 'bool':
      return String(literal.value);
    case 'number':
      return numberText(literal.text);
    case 'string':
      return JSON.stringify(literal.value);
    case 'tuple':
      return `[${literal.items.map(jsonOf).join(',')}]`;
    case 'object': {
      const members = [...literal.members].sort(([one], [other]) => (one < other ? -1 : 1));
      return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${jsonOf(value)}`).join(',')}}`;
    }
  }
}

/** A number as Terraform writes it: without an exponent that it does not need, and without zeros that say nothing. */
export function numberText(text: string): string {
  if (/^-?\d+$/.test(text)) return text.replace(/^(-?)0+(?=\d)/, '$1');
  const shown = String(Number(text));
  return /^-?\d+(\.\d+)?$/.test(shown) && shown.replace(/\D/g, '').length <= 15 ? shown : text;
}
