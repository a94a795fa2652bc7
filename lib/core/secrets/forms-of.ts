import { stripControls } from './strip-controls.ts';

/** Shorter values that nobody declared secret are taken for innocent, in characters. */
export const SHORTEST_SECRET = 8;

/** Of a declared secret, at any length, a shorter part or encoding is taken for innocent, in characters. */
export const SHORTEST_PART = 6;

/** A secret as it may stand in a text: as it is, line by line, escaped as JSON, for an address or markup, and encoded. */
export function formsOf(value: string, shortest: number): readonly string[] {
  const parts = [...value.split(/[\r\n]+/), ...encodedForms(value)];
  const inJson = JSON.stringify(value).slice(1, -1);
  const inAddress = encodeURIComponent(value.toWellFormed());
  return [
    value,
    stripControls(value),
    ...parts.filter((part) => part.length >= Math.max(shortest, SHORTEST_PART)),
    inJson,
    // As Python writes it.
    inJson.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    // JSON within JSON, as a message in a message has it.
    JSON.stringify(inJson).slice(1, -1),
    inAddress,
    inAddress.replaceAll('%20', '+'),
    // `encodeURI`, and those who write the digits small.
    encodeURI(value.toWellFormed()),
    inAddress.replace(/%../g, (escaped) => escaped.toLowerCase()),
    inMarkup(value),
    inMarkup(value).replaceAll('&#39;', '&apos;'),
  ].filter((form) => form.trim() !== '' && form.length >= shortest);
}

function inMarkup(value: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return value.replace(/[&<>"']/g, (character) => names[character] as string);
}

/** As hexadecimal digits, and as Base64, where up to two bytes may stand before it: `Basic` has a user's name there. */
function encodedForms(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  const shifted = [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    // The characters that hold bits of the secret alone.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((whole.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((encoding) => whole.toString(encoding).slice(from, to));
  });
  const hex = bytes.toString('hex');
  return [...shifted, hex, hex.toUpperCase()];
}
