/** Most texts have no such escape, and are done with. */
const AN_ESCAPE = /\\[^ "/\\u]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: raw control characters are among what it finds
const ESCAPE = /\\(?:u[\da-fA-F]{4}|.)|[\u0000-\u001f]/gs;

/** What nobody means: a backspace, a form feed, a carriage return in the middle of a word. */
const NEVER_MEANT = /[\b\f]|\r(?=[\p{L}\p{N}_.])/u;
/** What the name of a file or folder begins with. A list's dash or star is none. */
const NAME = /^[^\s\\/*"<>|:?-]/;
/** A drive, alone or with more of a path behind it. */
const DRIVE = /(?<![\p{L}\p{N}_])[A-Za-z]:(?:[\\/].*)?$/su;
/** A share, a dot segment, a home or a variable that stands for a folder. */
const FOLDER = /(?:^|[=('",;:])(?:\\{1,2}[\w.$-]{2,}|\.{1,2}|~|%\w+%|\$env:\w+)$/i;
/** A text that begins as a path whose names may have blanks. */
const PATH_FIRST = /^ *(?:[A-Za-z]:|\\{1,2}[\w.$-]+)\\/;
/** Nothing but a drive and one name of a letter. */
const LONE_DRIVE = /^ *[A-Za-z]:[\t\n\r]$/;
/** Nothing but names, each behind a backslash. */
const ROOTED = /^(?:[\t\n\r][\p{L}_.][\p{L}\p{N}_.$~%-]*){2,}$/u;

/** Members whose values are places by their names. */
const PLACE = /(?:dir|directory|folder|path|file|filename|root|cwd|workspace)$/i;
/** A relative path and nothing else: a tab or a line break is no part of one. */
const RELATIVE = /^ *[\t\n\r]?[\p{L}\p{N}_.$~%()@+-]+(?:[\t\n\r\\/][\p{L}\p{N}_.$~%()@+-]+)* *$/u;

/**
 * Whether a string of a JSON text is likely a path of Windows whose single backslashes were meant as they stand: to JSON
 * `\t` in `C:\temp` is a tab. A tab or a line break that parts words is none.
 *
 * @param raw - what stands between the quotation marks
 * @param member - the name of the member whose value it is
 */
export function brokenPath(raw: string, member: string): boolean {
  if (!AN_ESCAPE.test(raw)) return false;
  const text = raw.replace(ESCAPE, meaning);
  if (NEVER_MEANT.test(text) || LONE_DRIVE.test(text) || ROOTED.test(text)) return true;
  if (PLACE.test(member) && /[\t\n\r]/.test(text.trimEnd()) && RELATIVE.test(text)) return true;
  const parts = text.split(/[\t\n\r]/);
  return parts.slice(1).some((next, index) => {
    const before = parts[index] as string;
    if (!NAME.test(next) || DRIVE.test(next.slice(0, 2))) return false;
    const word = before.slice(before.lastIndexOf(' ') + 1);
    return DRIVE.test(word) || FOLDER.test(word) || (index === 0 && PATH_FIRST.test(before));
  });
}

/**
 * What an escape means, so that control characters remain of those alone which a path's backslash may have made: what is
 * written by its number, or raw, is meant.
 */
function meaning(written: string): string {
  if (!written.startsWith('\\')) return ' ';
  const isBroken = (written[1] as string) < ' ';
  if (isBroken) return '\b';
  const character = JSON.parse(`"${written}"`) as string;
  return written.startsWith('\\u') && character < ' ' ? ' ' : character;
}
