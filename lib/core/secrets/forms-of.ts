import { stripControls } from './strip-controls.ts';

/** Shorter values that nobody declared secret are taken for innocent, in characters. */
export const SHORTEST_SECRET = 8;

/** Of a declared secret, at any length, a shorter part or encoding is taken for innocent, in characters. */
export const SHORTEST_PART = 6;

/** A secret as it may stand in a text: as it is, line by line, as programs write it within other texts, and encoded. */
export function formsOf(value: string, shortest: number): readonly string[] {
  const parts = [...value.split(/[\r\n]+/), ...encodedForms(value)];
  return [
    value,
    stripControls(value),
    ...parts.filter((part) => part.length >= Math.max(shortest, SHORTEST_PART)),
    ...(OF_TOKENS.test(value) ? WRITTEN_TOKENS : WRITTEN).map((write) => write(value)),
  ].filter((form) => form.trim() !== '' && form.length >= shortest);
}

/** What most keys and tokens are made of: few ways of writing change it, and a delivery has several to withhold. */
const OF_TOKENS = /^[\w+/=.:-]*$/;

/** How programs write a text within another, as far as that changes what tokens are made of. */
const WRITTEN_TOKENS: readonly ((value: string) => string)[] = [
  // JSON with slashes escaped, and as Gson writes it.
  (value) => inJson(value).replaceAll('/', '\\/'),
  (value) => byCode(inJson(value), /[<>&='\u2028\u2029]/g),
  // An address's part, also with small digits, and encoded twice.
  inAddress,
  (value) => inAddress(value).replace(/%../g, (escaped) => escaped.toLowerCase()),
  (value) => inAddress(inAddress(value)),
];

/** How programs write any text within another. */
const WRITTEN: readonly ((value: string) => string)[] = [
  ...WRITTEN_TOKENS,
  // JSON, and JSON within JSON, as a message in a message has it.
  inJson,
  (value) => inJson(inJson(value)),
  // As Python writes JSON, as PHP does, and as Go and Terraform do.
  (value) => byCode(inJson(value), /[\u0080-\uffff]/g),
  (value) => byCode(inJson(value), /[\u0080-\uffff]/g).replaceAll('/', '\\/'),
  (value) => byCode(inJson(value), /[<>&\u2028\u2029]/g),
  // In single quotation marks, as Node and Python show a text that has double ones, or both.
  (value) => inJson(value).replaceAll('\\"', '"'),
  (value) => inJson(value).replaceAll('\\"', '"').replaceAll("'", "\\'"),
  // An address's part, strictly; a form's field in two ways; a whole address.
  (value) => inAddress(value).replace(/[!'()*]/g, percent),
  (value) => inAddress(value).replaceAll('%20', '+'),
  (value) => new URLSearchParams([['', value]]).toString().slice(1),
  (value) => encodeURI(value.toWellFormed()),
  // Markup, with each spelling of the quotation marks.
  (value) => inMarkup(value, '&quot;', '&#39;'),
  (value) => inMarkup(value, '&quot;', '&apos;'),
  (value) => inMarkup(value, '&quot;', '&#x27;'),
  (value) => inMarkup(value, '&#34;', '&#39;'),
  // A shell's word: quoted in two ways, and with what is special behind backslashes.
  (value) => value.replaceAll("'", String.raw`'\''`),
  (value) => value.replaceAll("'", `'"'"'`),
  (value) => value.replace(/[^\w@%+=:,./-]/gu, String.raw`\$&`),
  // Accents as characters of their own, and as one with their letters.
  (value) => value.normalize('NFD'),
  (value) => value.normalize('NFC'),
];

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function byCode(text: string, characters: RegExp): string {
  return text.replace(characters, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function inAddress(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function inMarkup(value: string, double: string, single: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': double, "'": single };
  return value.replace(/[&<>"']/g, (character) => names[character] as string);
}

/** The most characters of Base64 on one line, as MIME and PEM have it. */
const BASE64_LINES = [76, 64];

/**
 * As hexadecimal digits, and as Base64: where up to two bytes may stand before it, since `Basic` has a user's name there,
 * and broken into lines.
 */
function encodedForms(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  const shifted = [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    // The characters that hold bits of the secret alone.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((whole.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((encoding) => whole.toString(encoding).slice(from, to));
  });
  const base64 = bytes.toString('base64');
  const lines = BASE64_LINES.flatMap((length) => base64.match(new RegExp(`.{1,${length}}`, 'g')) ?? []);
  const hex = bytes.toString('hex');
  return [...shifted, ...(base64.length > Math.min(...BASE64_LINES) ? lines : []), hex, hex.toUpperCase()];
}
