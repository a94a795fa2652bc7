import { type BigIntStats, constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** Which file was found at a path. */
export type FoundFile = Pick<BigIntStats, 'dev' | 'ino'>;

/**
 * Reads the file that was found at a path: not one that has taken its place since, and not half of one content and half
 * of another. Opening never waits, which a pipe in the file's place would do without end.
 *
 * @throws Error from the stream when the file was replaced, or changes while it is read
 */
export function steadyFile(file: string, found: FoundFile): Readable {
  return Readable.from(read(file, found), { objectMode: false });
}

async function* read(file: string, found: FoundFile): AsyncGenerator<Buffer> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile() || before.dev !== found.dev || before.ino !== found.ino) throw unsteady(file, 'replaced');
    yield* handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>;
    const after = await handle.stat({ bigint: true });
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) throw unsteady(file, 'changed');
  } finally {
    await handle.close();
  }
}

function unsteady(file: string, what: 'replaced' | 'changed'): Error {
  return new Error(`${file} was ${what} while the archive was written; write it when nothing else writes the file`);
}
