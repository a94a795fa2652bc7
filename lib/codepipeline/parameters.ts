import { ConfigurationError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { fits, type Schema, validate } from '../core/schema.ts';
import { jsonChange } from './json-change.ts';

/** How UserParameters are read: as text, as JSON, or as what a schema makes of them. */
export type ParameterReading<Parameters> = 'text' | 'json' | Schema<Parameters>;

const WHAT = 'UserParameters';

/**
 * Reads the UserParameters of an action.
 *
 * As `'text'` they arrive as they are. With a schema, JSON is parsed first, and a text that is not JSON, or fits only as
 * text, is handed on as it is; absent parameters are `undefined`, or `{}` where the schema wants an object. JSON is repaired
 * where its meaning is clear (a variable with a line break in it), and refused where it would be changed in silence
 * (`"C:\\temp\\new"` with single backslashes, whose `\\t` is a tab to JSON; an id of 20 digits). A number alone that would
 * come back in other digits (`1.10`, `12e45`) is a text.
 *
 * @throws ConfigurationError naming each field and what is wrong with it
 */
export async function readParameters<Parameters>(
  text: string | undefined,
  reading: ParameterReading<Parameters> | undefined,
): Promise<Parameters> {
  if (reading === 'text') return text as Parameters;
  if (text === undefined) {
    if (reading === undefined || reading === 'json') return undefined as Parameters;
    return validate(reading, (await fits(reading, undefined)) ? undefined : {}, WHAT);
  }
  const parsed = parseJson(text);
  if (reading === 'json') return sound(parsed) as Parameters;
  const isText = 'problem' in parsed || isOtherNumber(parsed.value, text);
  if (reading === undefined) return (isText ? text : sound(parsed)) as Parameters;
  if (isText && (await fits(reading, text))) return validate(reading, text, WHAT);
  const isForTexts = 'value' in parsed && !(await fits(reading, parsed.value)) && (await fits(reading, text));
  return validate(reading, isForTexts ? text : sound(parsed), WHAT);
}

/** What a text is as JSON, with what reading it so would change; or why it is not JSON. */
type Parsed = { readonly value: Json; readonly change: string | undefined } | { readonly problem: string };

/** @throws ConfigurationError where the text is not JSON, or JSON would change it in silence */
function sound(parsed: Parsed): Json {
  if ('problem' in parsed) throw new ConfigurationError(`${WHAT} is not JSON: ${parsed.problem}`);
  if (parsed.change === undefined) return parsed.value;
  throw new ConfigurationError(`${WHAT} would be changed by reading it as JSON: ${parsed.change}`);
}

/** Whether a text is a number to JSON alone: a version, a commit's id. */
function isOtherNumber(value: Json, text: string): boolean {
  return typeof value === 'number' && String(value) !== text.trim();
}

function parseJson(text: string): Parsed {
  let problem: string | undefined;
  const plain = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  // A pipeline variable with a line break puts it raw into a JSON text; that is repaired, its meaning is clear.
  for (const attempt of [() => plain, () => escapeControlCharacters(plain)]) {
    try {
      return { value: JSON.parse(attempt()) as Json, change: jsonChange(plain) };
    } catch (error) {
      problem ??= positionOnly(error as Error);
    }
  }
  return { problem: problem ?? '' };
}

const BYTE_ORDER_MARK = '\ufeff';

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
