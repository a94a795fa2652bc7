import { ConfigurationError } from '../core/errors.ts';
import type { Json } from '../core/outcome.ts';
import { fits, type Schema, validate } from '../core/schema.ts';

/** How UserParameters are read: as text, as JSON, or as what a schema makes of them. */
export type ParameterReading<Parameters> = 'text' | 'json' | Schema<Parameters>;

const WHAT = 'UserParameters';

/**
 * Reads the UserParameters of an action.
 *
 * With a schema, JSON is parsed first and a text that is no JSON is handed on as it is; absent parameters are
 * `undefined`, or `{}` where the schema wants an object.
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

function parseJson(text: string): { value: Json } | { problem: string } {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    // A pipeline variable with a line break puts it raw into a JSON text; that is repaired, its meaning is clear.
    const repaired = escapeControlCharacters(text);
    try {
      return { value: JSON.parse(repaired) as Json };
    } catch {
      return { problem: positionOnly(error as Error) };
    }
  }
}

/** Escapes control characters within the strings of a JSON text. */
function escapeControlCharacters(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, (string) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it escapes
    string.replace(/[\u0000-\u001f]/g, (character) => JSON.stringify(character).slice(1, -1)),
  );
}

/** The engine's message quotes the text, which may hold a secret: only where it went wrong is repeated. */
function positionOnly(error: Error): string {
  const position = /position \d+( \(line \d+ column \d+\))?/.exec(error.message)?.[0];
  return position ? `it breaks off or goes wrong at ${position}` : 'it breaks off or goes wrong';
}
