/** Marks, numbers and words of JSON; white space and texts are read apart. */
const TOKEN = /[{}[\],:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;
const SPACE = /[ \t\r\n]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** What may come next. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end';

/**
 * Says where a text ceases to be JSON, as line and column from 1. The engine's parser tells the position of some errors
 * only, and not in every version.
 */
export function jsonPlace(text: string): string {
  const before = text.slice(0, brokenAt(text));
  return `line ${before.split('\n').length}, column ${before.length - before.lastIndexOf('\n')}`;
}

/** The position of what cannot stand where it stands, or the end of the text where something is missing. */
function brokenAt(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  for (let position = 0; ; ) {
    SPACE.lastIndex = position;
    position += SPACE.exec(text)?.[0].length ?? 0;
    if (position === text.length) return position;
    const isText = text[position] === '"';
    TOKEN.lastIndex = position;
    const token = isText ? '"' : TOKEN.exec(text)?.[0];
    const next: Expected | undefined = token === undefined ? undefined : after(token, expected, open);
    if (token === undefined || next === undefined) return position;
    expected = next;
    const end = isText ? endOfText(text, position) : { position: position + token.length, isBroken: false };
    if (end.isBroken) return end.position;
    position = end.position;
  }
}

/** Where a text in quotation marks ends, or what breaks it: an unknown escape, a line break, the end. */
function endOfText(text: string, start: number): { readonly position: number; readonly isBroken: boolean } {
  let position = start + 1;
  while (position < text.length) {
    const character = text[position] as string;
    if (character === '"') return { position: position + 1, isBroken: false };
    if (character < ' ') return { position, isBroken: true };
    ESCAPE.lastIndex = position;
    const length = character === '\\' ? (ESCAPE.exec(text)?.[0].length ?? 0) : 1;
    if (length === 0) return { position, isBroken: true };
    position += length;
  }
  return { position, isBroken: true };
}

/** What may come after a token; undefined when the token may not stand there. */
function after(token: string, expected: Expected, open: string[]): Expected | undefined {
  const isValueExpected = expected.startsWith('value');
  if (token === '{' || token === '[') {
    open.push(token);
    if (!isValueExpected) return undefined;
    return token === '{' ? 'key or }' : 'value or ]';
  }
  if (token === '}' || token === ']') return closed(token, expected, open);
  if (token === ':') return expected === ':' ? 'value' : undefined;
  if (token === ',') {
    if (expected !== ', or end' || open.length === 0) return undefined;
    return open.at(-1) === '{' ? 'key' : 'value';
  }
  if (expected.startsWith('key')) return token === '"' ? ':' : undefined;
  return isValueExpected ? ', or end' : undefined;
}

function closed(token: '}' | ']', expected: Expected, open: string[]): Expected | undefined {
  const isExpected = expected === ', or end' || expected.endsWith(token);
  return isExpected && open.pop() === (token === '}' ? '{' : '[') ? ', or end' : undefined;
}
