import type { Writable } from 'node:stream';
import { isError } from '../is-error.ts';
import { lineWriter } from './line-writer.ts';

/** The levels of a line, the least first. */
type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * Writes lines of JSON, from level INFO on, without a logger. Never throws: what cannot be written is left out.
 *
 * @param output - takes the lines in place of the process's own output
 */
export function plainLines(
  output?: Writable,
): (level: Level, message: string, fields: Readonly<Record<string, unknown>>) => void {
  const writeLine = lineWriter(output);
  return (level, message, fields) => {
    if (level === 'debug') return;
    try {
      const timestamp = new Date().toISOString();
      writeLine(JSON.stringify({ level: level.toUpperCase(), message, timestamp, ...fields }, errorsToo));
    } catch {
      // Somebody has taken away what every line is made with; that must not cost an answer, too.
    }
  };
}

/** Of an error JSON holds what it lists only. */
function errorsToo(_name: string, value: unknown): unknown {
  if (!isError(value)) return value;
  const { name, message, stack, cause } = value;
  return { ...value, name, message, stack, cause };
}
