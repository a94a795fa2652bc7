/** How a text is made to fit a member of a request. */
export interface TextLimits {
  /** The longest allowed, in UTF-16 code units: never less strict than a count of code points. */
  readonly max: number;
  /** Which part of an over-long text survives. Of an error the end matters: there stands the cause. */
  readonly keep: 'start' | 'end';
  /** What stands in for a text with nothing in it; most members refuse an empty one. */
  readonly ifEmpty: string;
  /** Whether characters beyond U+FFFF may stay. @defaultValue true */
  readonly astral?: boolean;
}

const ELLIPSIS = '…';
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes and control characters are what it removes
const ANSI_ESCAPE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;
const ASTRAL = /[\u{10000}-\u{10ffff}]/gu;

/**
 * Makes a text fit: removes terminal escapes, replaces control characters, lone surrogates and (where asked)
 * characters beyond U+FFFF, trims, fills an empty text, and shortens a long one with an ellipsis where it was cut.
 */
export function fitText(text: string, limits: TextLimits): string {
  let clean = text.replace(ANSI_ESCAPE, '').toWellFormed().replace(CONTROL, ' ');
  if (limits.astral === false) clean = clean.replace(ASTRAL, '\ufffd');
  clean = clean.trim();
  if (clean === '') clean = limits.ifEmpty;
  if (clean.length <= limits.max) return clean;
  const room = limits.max - ELLIPSIS.length;
  // A cut through a surrogate pair leaves half a character: drop that half.
  return limits.keep === 'end'
    ? ELLIPSIS + clean.slice(-room).replace(/^[\udc00-\udfff]/, '')
    : clean.slice(0, room).replace(/[\ud800-\udbff]$/, '') + ELLIPSIS;
}
