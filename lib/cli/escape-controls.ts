/** What steers a terminal or is not seen on it: control and format characters, line separators, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * A text in which everything that would steer a terminal, or hide on it, is written out, such as `\u001b`: what others
 * wrote into a table or an error can neither clear the screen nor look like another text.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(UNSEEN, escaped);
}

/** {@link escapeControls} of a text of several lines, which stay lines. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}

/** A value as JSON of the same meaning that a terminal can show: JSON.stringify leaves some control characters in. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(UNSEEN, (found) =>
    found === '\n' ? found : jsonEscaped(found),
  );
}

function escaped(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : unit(code);
}

function jsonEscaped(found: string): string {
  return Array.from({ length: found.length }, (_, index) => unit(found.charCodeAt(index))).join('');
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
