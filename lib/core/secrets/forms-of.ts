import { stripControls } from './strip-controls.ts';

/** Shorter values that nobody declared secret are taken for innocent, in characters. */
export const SHORTEST_SECRET = 8;

/** Of a declared secret, at any length, a shorter part or encoding is taken for innocent, in characters. */
export const SHORTEST_PART = 6;

/** What most secrets are made of, of which some forms are all the same. */
const PLAIN = /^[!-~]+$/;

/**
 * A secret as it may stand in a text, escapings aside: as it is, line by line, with its accents apart or joined, and encoded.
 */
export function formsOf(value: string, shortest: number): readonly string[] {
  const leastPart = Math.max(shortest, SHORTEST_PART);
  const forms = encodedForms(value).filter((form) => form.length >= leastPart);
  if (PLAIN.test(value)) return value.length >= shortest ? [value, ...forms] : forms;
  return [
    value,
    value.trim(),
    stripControls(value),
    ...value.split(/[\r\n]+/).filter((line) => line.length >= leastPart),
    ...forms,
    value.normalize('NFD'),
    value.normalize('NFC'),
  ].filter((form) => form.trim() !== '' && form.length >= shortest);
}

/** The most characters of Base64 on one line, as MIME and PEM have it. */
const BASE64_LINES = [76, 64];

/**
 * As hexadecimal digits, and as Base64: where up to two bytes may stand before it, since `Basic` has a user's name there,
 * and broken into lines.
 */
function encodedForms(value: string): readonly string[] {
  const length = Buffer.byteLength(value);
  const bytes = Buffer.alloc(2 + length);
  bytes.write(value, 2);
  const forms: string[] = [];
  for (const before of [0, 1, 2]) {
    const whole = bytes.toString('base64', 2 - before);
    // The characters that hold bits of the secret alone.
    const base64 = whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + length) * 8) / 6));
    forms.push(base64);
    if (/[+/]/.test(base64)) forms.push(base64.replaceAll('+', '-').replaceAll('/', '_'));
    if (before === 0) forms.push(...linesOf(whole));
  }
  const hex = bytes.toString('hex', 2);
  return [...forms, hex, hex.toUpperCase()];
}

/** The lines into which a program breaks Base64 that is longer than one. */
function linesOf(base64: string): readonly string[] {
  const lines: string[] = [];
  if (base64.length <= Math.min(...BASE64_LINES)) return lines;
  for (const length of BASE64_LINES) {
    for (let at = 0; at < base64.length; at += length) lines.push(base64.slice(at, at + length));
  }
  return lines;
}
