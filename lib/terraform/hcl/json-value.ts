import type { Literal } from './literal.ts';

/** A member of an object of JSON; a name may stand there more than once, which Terraform reads as several blocks. */
export interface JsonMember {
  readonly name: string;
  /** The offset of the name. */
  readonly at: number;
  readonly value: JsonValue;
}

/** A value of JSON with all that `JSON.parse` drops: members of the same name, the digits of numbers, and places. */
export type JsonValue =
  | Exclude<Literal, { readonly kind: 'tuple' | 'object' }>
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] };

/** A piece of JSON: a text with its quotes, a word, a number or a mark; empty at the end. */
interface Token {
  readonly token: string;
  readonly at: number;
}

/** Reads a text that is sound JSON, and not too deep. */
export function readJsonValue(text: string): JsonValue {
  let end = 0;
  const next = (): Token => {
    let at = end;
    while (BLANKS.includes(text[at] ?? '.')) at++;
    end = endOfToken(text, at);
    return { token: text.slice(at, end), at };
  };

  function read({ token }: Token): JsonValue {
    if (token === '[') return { kind: 'array', items: [...readList(']', read)] };
    if (token === '{') return { kind: 'object', members: [...readList('}', readMember)] };
    if (token.startsWith('"')) return { kind: 'string', value: JSON.parse(token) };
    if (token === 'null') return { kind: 'null' };
    return /^[tf]/.test(token) ? { kind: 'bool', value: token === 'true' } : { kind: 'number', text: token };
  }

  function readMember({ token, at }: Token): JsonMember {
    next();
    return { name: JSON.parse(token), at, value: read(next()) };
  }

  function* readList<Item>(end: string, readItem: (first: Token) => Item): Generator<Item> {
    for (let first = next(); first.token !== end && first.token !== ''; first = next()) {
      if (first.token !== ',') yield readItem(first);
    }
  }

  return read(next());
}

const BLANKS = ' \t\r\n';
const MARKS = '[]{},:';

/** Character by character: an expression for texts of many megabytes would exhaust its stack. */
function endOfToken(text: string, start: number): number {
  const isText = text[start] === '"';
  if (!isText && MARKS.includes(text[start] ?? '.')) return start + 1;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] ?? '';
    if (isText && char === '"') return at + 1;
    if (isText && char === '\\') at++;
    if (!isText && (MARKS + BLANKS).includes(char)) return at;
  }
  return text.length;
}

/** The same as a literal: of members with one name the last. */
export function toLiteral(value: JsonValue): Literal {
  if (value.kind === 'array') return { kind: 'tuple', items: value.items.map(toLiteral) };
  if (value.kind !== 'object') return value;
  return { kind: 'object', members: new Map(value.members.map(({ name, value: each }) => [name, toLiteral(each)])) };
}
