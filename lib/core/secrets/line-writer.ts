import { Console } from 'node:console';
import type { Writable } from 'node:stream';

/**
 * Writes lines as they are. Never throws: an output that is closed, or that somebody has replaced, costs its lines and
 * nothing else.
 *
 * @param output - takes the lines in place of the process's own output
 */
export function lineWriter(output?: Writable): (line: string) => void {
  let lines: Console | undefined;
  return (line) => {
    lines ??= new Console(output ?? process.stdout);
    lines.log(line);
  };
}
