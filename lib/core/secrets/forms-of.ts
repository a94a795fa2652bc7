import { stripControls } from './strip-controls.ts';

/** Shorter values that nobody declared secret are taken for innocent, in characters. */
export const SHORTEST_SECRET = 8;

/** Of a declared secret, at any length, a shorter part or encoding is taken for innocent, in characters. */
export const SHORTEST_PART = 6;

/**
 * A secret as it may stand in a text, escapings aside: as it is, line by line, with its accents apart or joined, and encoded.
 */
export function formsOf(value: string, shortest: number): readonly string[] {
  const parts = [...value.split(/[\r\n]+/), ...encodedForms(value)];
  return [
    value,
    value.trim(),
    stripControls(value),
    ...parts.filter((part) => part.length >= Math.max(shortest, SHORTEST_PART)),
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
