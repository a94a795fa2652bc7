import { text } from 'node:stream/consumers';

/** Reads all of stdin; on a terminal it says what it waits for. */
export async function readStdin(what: string): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write(`reading ${what} from the terminal; Ctrl-D ends it\n`);
  return text(process.stdin);
}
