import type { Redacted } from './redactor.ts';
import { isBlank, stripControls } from './strip-controls.ts';

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
const ASTRAL = /[\u{10000}-\u{10ffff}]/gu;

/**
 * Makes a text fit: removes terminal escapes and controls, replaces (where asked) characters beyond U+FFFF, trims, fills
 * an empty text, and shortens a long one with an ellipsis where it was cut. It takes redacted text only: what was cut
 * first could hold half a secret that nobody recognises.
 */
export function fitText(text: Redacted, { max, keep, ifEmpty, astral = true }: TextLimits): string {
  const clean = stripControls(text);
  const shown = (astral ? clean : clean.replace(ASTRAL, '\ufffd')).trim();
  const whole = isBlank(shown) ? ifEmpty : shown;
  if (whole.length <= max) return whole;
  const room = max - ELLIPSIS.length;
  // A cut through a surrogate pair leaves half a character: drop that half.
  return keep === 'end'
    ? ELLIPSIS + whole.slice(-room).replace(/^[\udc00-\udfff]/, '')
    : whole.slice(0, room).replace(/[\ud800-\udbff]$/, '') + ELLIPSIS;
}
