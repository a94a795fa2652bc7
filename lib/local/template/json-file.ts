import { readFileSync } from 'node:fs';
import { AssemblyError, type AssemblyErrorCode } from './assembly-error.ts';

/**
 * Reads a JSON file of the assembly.
 *
 * @throws AssemblyError `AssemblyNotFound` when the file cannot be read, `code` with line and column when it is not JSON.
 */
export function readJsonFile(file: string, code: AssemblyErrorCode): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssemblyError(
      'AssemblyNotFound',
      `${file} cannot be read (${(cause as Error).message}): synthesize the app again`,
      { cause },
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const place = placeOf(text, faultOffset(text));
    throw new AssemblyError(code, `${file} is not JSON: ${place}: synthesize the app again`, { cause });
  }
}

/**
 * The offset of the first character that no JSON text can have there.
 *
 * V8 names a position in some of its messages only. A prefix of a text fails at its own end as long as the fault lies
 * behind it, so the shortest prefix that fails earlier ends with the fault.
 */
function faultOffset(text: string): number {
  let low = 0;
  let high = text.length + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (failsBeforeItsEnd(text.slice(0, middle))) high = middle;
    else low = middle + 1;
  }
  return low > text.length ? text.length : low - 1;
}

function failsBeforeItsEnd(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return false;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (message.startsWith('Unexpected end of JSON input')) return false;
    const position = /at position (\d+)/.exec(message)?.[1];
    return position === undefined || Number(position) < prefix.length;
  }
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  const found = offset >= text.length ? 'the text ends early' : `unexpected ${JSON.stringify(text[offset])}`;
  return `${found} in line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
