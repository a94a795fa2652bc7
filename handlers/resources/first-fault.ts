/** A string of JSON up to its closing quotation mark, or to where it goes wrong. */
const STRING = String.raw`"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*`;
/** What JSON is made of: blanks, strings, brackets and the like, and words such as numbers and `true`. */
const TOKEN = new RegExp(String.raw`[ \t\r\n]+|${STRING}"|[[\]{},:]|[^\s"[\]{},:]+`, 'y');
const WORD = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** What may come next. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end';

/**
 * The position in a text that is not JSON where it first goes wrong; its length where it only breaks off. The engine's
 * own message names a position for some mistakes and only quotes a piece of the text for others.
 */
export function firstFault(text: string): number {
  const open: ('[' | '{')[] = [];
  let expected: Expected = 'value';
  let isDone = false;
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return isDone || follow('""', expected, open) === undefined ? at : unreadableAt(text, at);
    if (token.trim() !== '') {
      if (isDone) return at;
      const next = follow(token, expected, open);
      if (next === undefined) return at;
      expected = next;
      isDone = open.length === 0 && next === 'comma or end';
    }
    at += token.length;
  }
  return text.length;
}

/** What may come after a token; undefined where the token must not stand. Keeps the brackets that are open. */
function follow(token: string, expected: Expected, open: ('[' | '{')[]): Expected | undefined {
  const isKey = expected === 'key' || expected === 'key or }';
  const isValue = expected === 'value' || expected === 'value or ]';
  switch (token) {
    case '{':
    case '[':
      if (!isValue) return undefined;
      open.push(token);
      return token === '{' ? 'key or }' : 'value or ]';
    case '}':
    case ']': {
      const opened = token === '}' ? '{' : '[';
      const mayClose = expected === 'comma or end' || expected.endsWith(` or ${token}`);
      if (!mayClose || open.at(-1) !== opened) return undefined;
      open.pop();
      return 'comma or end';
    }
    case ',':
      if (expected !== 'comma or end' || open.length === 0) return undefined;
      return open.at(-1) === '{' ? 'key' : 'value';
    case ':':
      return expected === 'colon' ? 'value' : undefined;
    default:
      if (token.startsWith('"')) return isKey ? 'colon' : isValue ? 'comma or end' : undefined;
      return isValue && WORD.test(token) ? 'comma or end' : undefined;
  }
}

/** A string that does not end is at fault where it breaks off, one with a wrong escape or a raw line break there. */
function unreadableAt(text: string, start: number): number {
  const sound = new RegExp(STRING, 'y');
  sound.lastIndex = start;
  return start + (sound.exec(text)?.[0].length ?? 0);
}
