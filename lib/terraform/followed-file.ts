import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** A file that another process writes, as this one reads along. */
export interface FollowedFile {
  /** For the process that writes. */
  readonly descriptor: number;
  /** Reads what is left, and closes the file. */
  end(): void;
}

/** How often the file is looked at, in milliseconds. */
const INTERVAL_MS = 40;
const CHUNK_BYTES = 65_536;
/** How much is read at once, in chunks: who writes without end must not keep the clocks of the run from their turn. */
const CHUNKS_AT_ONCE = 256;

/**
 * Makes a file that another process writes, and gives what it writes piece by piece. Through a pipe it would come at once,
 * but a pipe that nobody reads any more kills who writes.
 */
export function followFile(path: string, onText: (text: string) => void): FollowedFile {
  const descriptor = openSync(path, 'wx+', 0o600);
  const decoder = new StringDecoder('utf8');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let at = 0;

  function readOn(chunks: number): void {
    for (let read = 0; read < chunks; read++) {
      // A position of its own: the descriptor's is where the other process writes.
      const bytes = readSync(descriptor, chunk, 0, CHUNK_BYTES, at);
      if (bytes === 0) return;
      at += bytes;
      onText(decoder.write(chunk.subarray(0, bytes)));
    }
  }

  const timer = setInterval(() => readOn(CHUNKS_AT_ONCE), INTERVAL_MS);
  return {
    descriptor,
    end() {
      clearInterval(timer);
      readOn(Number.POSITIVE_INFINITY);
      closeSync(descriptor);
    },
  };
}
