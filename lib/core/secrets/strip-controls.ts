/**
 * A title or a link (OSC) goes as a whole where it is closed on its line and not longer than any is. Of one that is not, as
 * in a text that was cut, only its beginning goes: what follows is what somebody wants to read.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes are what it removes
const ANSI_ESCAPE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\r\n]{0,4096}(?:\u0007|\u001b\\)|\]\d{1,4};|[@-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** What most texts are made of, and nothing is taken out of. */
const PLAIN = /^[\t\n\r -~]*$/;

/** A text without terminal escapes, its control characters as blanks and its lone surrogates replaced. */
export function stripControls(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(ANSI_ESCAPE, '').toWellFormed().replace(CONTROL, ' ');
}

/** Tells whether nothing of a text can be seen. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Default_Ignorable_Code_Point}]*$/u.test(stripControls(text));
}
