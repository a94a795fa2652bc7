import { ConfigurationError } from '../core/errors.ts';
import type { Json } from '../core/outcome.ts';
import { fits, type Schema, validate } from '../core/schema.ts';

/** How UserParameters are read: as text, as JSON, or as what a schema makes of them. */
export type ParameterReading<Parameters> = 'text' | 'json' | Schema<Parameters>;

const WHAT = 'UserParameters';

/**
 * Reads the UserParameters of an action.
 *
 * As `'text'` they arrive as they are. With a schema, JSON is parsed first and a text that is not JSON is handed on as it
 * is; absent parameters are `undefined`, or `{}` where the schema wants an object. JSON is repaired where its meaning is
 * clear (a variable with a line break in it), and refused where it would be changed in silence (`"C:\\temp\\new"` with
 * single backslashes, whose `\\t` is a tab to JSON).
 *
 * @throws ConfigurationError naming each field and what is wrong with it
 */
export async function readParameters<Parameters>(
  text: string | undefined,
  reading: ParameterReading<Parameters> | undefined,
): Promise<Parameters> {
  if (reading === 'text') return text as Parameters;
  const parsed = text === undefined ? { value: undefined } : parseJson(text);
  if (reading === 'json' && 'problem' in parsed) {
    throw new ConfigurationError(`${WHAT} is not JSON: ${parsed.problem}`);
  }
  if (reading === undefined || reading === 'json') {
    return ('problem' in parsed ? text : parsed.value) as Parameters;
  }
  if (text === undefined) return validate(reading, (await fits(reading, undefined)) ? undefined : {}, WHAT);
  if (!('problem' in parsed)) return validate(reading, parsed.value, WHAT);
  if (await fits(reading, text)) return validate(reading, text, WHAT);
  throw new ConfigurationError(`${WHAT} is not JSON: ${parsed.problem}`);
}

/** @throws ConfigurationError where JSON would change a path in silence */
function parseJson(text: string): { value: Json } | { problem: string } {
  let problem: string | undefined;
  // A pipeline variable with a line break puts it raw into a JSON text; that is repaired, its meaning is clear.
  for (const attempt of [() => text, () => escapeControlCharacters(text)]) {
    const json = attempt();
    let value: Json;
    try {
      value = JSON.parse(json) as Json;
    } catch (error) {
      problem ??= positionOnly(error as Error);
      continue;
    }
    refuseBrokenPaths(json);
    return { value };
  }
  return { problem: problem ?? '' };
}

/** A path of Windows whose single backslash makes a tab, a line break or the like of it: a string that begins with one. */
const BROKEN_PATH = /"(?:[A-Za-z]:(?=\\)|\\\\[\w.$-]+(?=\\))(?:[^"\\]|\\\\)*?\\[bfnrt]\w/;

/** @throws ConfigurationError */
function refuseBrokenPaths(json: string): void {
  const at = BROKEN_PATH.exec(json)?.index;
  if (at === undefined) return;
  throw new ConfigurationError(
    `${WHAT} would be changed by reading it as JSON: the path that begins at position ${at + 1} has single backslashes, which mean a tab, a line break or the like there; write each twice, write "/", or read the parameters as 'text'`,
  );
}

/** Escapes control characters within the strings of a JSON text, in one pass. */
function escapeControlCharacters(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') inString = !inString;
    else if (!inString) continue;
    else if (character < ' ') {
      parts.push(text.slice(copied, at), JSON.stringify(character).slice(1, -1));
      copied = at + 1;
    } else if (character === '\\' && (text[at + 1] ?? '') >= ' ') at++;
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(copied);
}

/** The engine's message quotes the text, which may hold a secret: only where it went wrong is repeated. */
function positionOnly(error: Error): string {
  const position = /position \d+( \(line \d+ column \d+\))?/.exec(error.message)?.[0];
  return position ? `it breaks off or goes wrong at ${position}` : 'it breaks off or goes wrong';
}
