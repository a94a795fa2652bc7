import type { Span } from './word-index.ts';

/** What a text says once an escaping is undone, and where that stands in it. */
export interface Reading {
  readonly text: string;
  /** The place in the text that was read of one in {@link text}. */
  readonly placeOf: (span: Span) => Span;
}

/** One way of escaping, undone wherever it is found. */
interface Escaping {
  /** What a text has at least where it is escaped so. */
  readonly mark: RegExp;
  /** One escaped character, or a run of bytes that may be one. */
  readonly pattern: RegExp;
  /** What it stands for; undefined where that is nothing. */
  readonly read: (escaped: string) => string | undefined;
}

/** The bytes of a character in UTF-8, one beyond ASCII alone, or one as JavaScript's `escape` wrote it. */
const PERCENT =
  /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}|%u[\da-f]{4}|%[89a-f][\da-f]/gi;

/** What a letter behind a backslash stands for, in JSON, JavaScript, Python, Go and a shell's `$'…'`. */
const LETTERS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\u0007',
  e: '\u001b',
  E: '\u001b',
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A run of bytes as JSON has a Buffer's, and as Node and other programs show one: `[70, 119, …]`, `<Buffer 46 77 …>`. */
const DECIMAL_BYTES = /\b(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d),\s*){7,}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\b/;
const HEX_BYTES = /\b(?:[\da-f]{2}(?: {1,2}|:)){7,}[\da-f]{2}\b/i;
const UNSEEN = /\p{Default_Ignorable_Code_Point}+/u;
const BROKEN_WORD = /(?<=[\w+/=-]{16})\r?\n[ \t]*(?=[\w+/=-])/;

const ESCAPINGS: readonly Escaping[] = [
  {
    mark: /\\/,
    // Code units; bytes; whatever is special to somebody.
    pattern:
      /\\u\{[\da-fA-F]{1,6}\}|\\u[\da-fA-F]{4}|\\U[\da-fA-F]{8}|\\x[0-7][\da-fA-F]|(?:\\x[89a-fA-F][\da-fA-F])+|\\[01][0-7]{2}|(?:\\[23][0-7]{2})+|\\[nrtbfvaeE0]|\\[^\da-zA-Z]/g,
    read: readBackslash,
  },
  // A quotation mark within a shell's word that stands in such marks.
  { mark: /'[\\"]'/, pattern: /'(?:\\'|"'")'/g, read: () => "'" },
  { mark: /%/, pattern: PERCENT, read: readPercent },
  // A form's field, where a blank is a plus.
  {
    mark: /\+/,
    pattern: new RegExp(`\\+|${PERCENT.source}`, 'gi'),
    read: (escaped) => (escaped === '+' ? ' ' : readPercent(escaped)),
  },
  { mark: DECIMAL_BYTES, pattern: new RegExp(DECIMAL_BYTES, 'g'), read: (bytes) => readBytes(bytes, /\d+/g, 10) },
  { mark: HEX_BYTES, pattern: new RegExp(HEX_BYTES, 'gi'), read: (bytes) => readBytes(bytes, /[\da-f]+/gi, 16) },
  // Nothing that is seen, or the end of a line that was too short for one long word.
  { mark: UNSEEN, pattern: new RegExp(UNSEEN, 'gu'), read: () => '' },
  { mark: BROKEN_WORD, pattern: new RegExp(BROKEN_WORD, 'g'), read: () => '' },
  { mark: /&/, pattern: /&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos);/gi, read: readEntity },
];

/** JSON in a message in an event is escaped three times. */
const DEEPEST = 3;
/**
 * Of a long text that has many escapings not all readings are looked at, but the shallow ones first: so many, or as many as
 * make up so many characters.
 */
const LEAST_READINGS = 12;
const MOST_CHARACTERS = 500_000;

/**
 * What a text says where the escapings of JSON and source code, addresses, forms, markup and shells are undone, also within
 * each other. Programs differ in what they escape, and hardly in how: so each of them is read, whatever wrote the text.
 */
export function readingsOf(text: string): readonly Reading[] {
  const found: Reading[] = [];
  const known = new Set([text]);
  let characters = 0;
  const isEnough = () => found.length >= LEAST_READINGS && characters >= MOST_CHARACTERS;
  let layer: readonly Reading[] = [{ text, placeOf: (span) => span }];
  for (let depth = 1; depth <= DEEPEST; depth++) {
    const first = found.length;
    for (const outer of layer) {
      for (const escaping of ESCAPINGS) {
        if (isEnough()) return found;
        const inner = escaping.mark.test(outer.text) ? readAs(outer.text, escaping) : undefined;
        if (inner === undefined || known.has(inner.text)) continue;
        known.add(inner.text);
        characters += inner.text.length;
        found.push({ text: inner.text, placeOf: (span) => outer.placeOf(inner.placeOf(span)) });
      }
    }
    layer = found.slice(first);
  }
  return found;
}

/** A reading of a text that has such escapings; undefined where it has none. */
function readAs(text: string, { pattern, read }: Escaping): Reading | undefined {
  let said = '';
  let end = 0;
  /** Where each piece begins, here and there: by turns a part that stands as it is, and an escaped one. */
  const here: number[] = [];
  const there: number[] = [];
  for (const { index, 0: escaped } of text.matchAll(pattern)) {
    const character = read(escaped);
    if (character === undefined) continue;
    here.push(said.length, said.length + index - end);
    there.push(end, index);
    said += text.slice(end, index) + character;
    end = index + escaped.length;
  }
  if (here.length === 0) return undefined;
  here.push(said.length, said.length + text.length - end);
  there.push(end, text.length);
  said += text.slice(end);

  /** The last piece that begins at a place or before it. */
  const pieceAt = (at: number) => {
    let low = 0;
    let high = here.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((here[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const isEscaped = (piece: number) => piece % 2 === 1;
  return {
    text: said,
    placeOf([from, to]) {
      const first = pieceAt(from);
      const last = pieceAt(to - 1);
      const start = (there[first] as number) + (isEscaped(first) ? 0 : from - (here[first] as number));
      const stop = isEscaped(last)
        ? (there[last + 1] as number)
        : (there[last] as number) + to - (here[last] as number);
      return [start, stop];
    },
  };
}

function readPercent(escaped: string): string | undefined {
  const code = Number.parseInt(escaped.replace(/^%u?/i, ''), 16);
  if (escaped.length === 3 || /^%u/i.test(escaped)) return String.fromCharCode(code);
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}

function readBackslash(escaped: string): string | undefined {
  const kind = escaped.charAt(1);
  if (/[uUx\d]/.test(kind)) return readCode(escaped, kind);
  // A line that goes on behind its break.
  return kind === '\n' ? '' : (LETTERS[kind] ?? kind);
}

function readBytes(bytes: string, digits: RegExp, radix: number): string {
  const buffer = Buffer.from((bytes.match(digits) ?? []).map((code) => Number.parseInt(code, radix)));
  const text = buffer.toString('utf8');
  // Python and Go write bytes so, JavaScript characters.
  return text.includes('\ufffd') ? buffer.toString('latin1') : text;
}

function readCode(escaped: string, kind: string): string | undefined {
  if (/[uU]/.test(kind)) return fromCode(Number.parseInt(escaped.replace(/^\\[uU]\{?/, ''), 16));
  const [digits, radix] = kind === 'x' ? ([/[\da-fA-F]{2}/g, 16] as const) : ([/[0-7]+/g, 8] as const);
  return readBytes(escaped, digits, radix);
}

function readEntity(escaped: string): string | undefined {
  const name = escaped.slice(1, -1).toLowerCase();
  if (!name.startsWith('#')) return ENTITIES[name];
  return fromCode(name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
}

function fromCode(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
