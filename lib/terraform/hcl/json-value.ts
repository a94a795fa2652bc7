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

/** A text, a word or number, or a mark. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s"[\]{},:]+|[[\]{},:]/gs;

/** Reads a text that is sound JSON, and not too deep. */
export function readJsonValue(text: string): JsonValue {
  const tokens = text.matchAll(TOKEN);
  const next = () => {
    const { value } = tokens.next();
    return { token: value?.[0] ?? '', at: value?.index ?? text.length };
  };

  function read({ token }: ReturnType<typeof next>): JsonValue {
    if (token === '[') return { kind: 'array', items: [...readList(']', read)] };
    if (token === '{') return { kind: 'object', members: [...readList('}', readMember)] };
    if (token.startsWith('"')) return { kind: 'string', value: JSON.parse(token) };
    if (token === 'null') return { kind: 'null' };
    return /^[tf]/.test(token) ? { kind: 'bool', value: token === 'true' } : { kind: 'number', text: token };
  }

  function readMember({ token, at }: ReturnType<typeof next>): JsonMember {
    next();
    return { name: JSON.parse(token), at, value: read(next()) };
  }

  function* readList<Item>(end: string, readItem: (first: ReturnType<typeof next>) => Item): Generator<Item> {
    for (let first = next(); first.token !== end && first.token !== ''; first = next()) {
      if (first.token !== ',') yield readItem(first);
    }
  }

  return read(next());
}

/** The same as a literal: of members with one name the last. */
export function toLiteral(value: JsonValue): Literal {
  if (value.kind === 'array') return { kind: 'tuple', items: value.items.map(toLiteral) };
  if (value.kind !== 'object') return value;
  return { kind: 'object', members: new Map(value.members.map(({ name, value: each }) => [name, toLiteral(each)])) };
}
