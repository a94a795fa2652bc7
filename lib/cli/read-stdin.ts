import { buffer } from 'node:stream/consumers';
import { decodeText } from './decode-text.ts';

/** Reads all of stdin; on a terminal it says what it waits for. */
export async function readStdin(what: string): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write(`reading ${what} from the terminal; Ctrl-D ends it\n`);
  return decodeText(await buffer(process.stdin));
}
