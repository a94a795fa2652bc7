import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Archive } from './archive.ts';
import { type ArchiveFailures, structureFailure } from './archive-failures.ts';
import { type ByteCursor, createByteCursor } from './byte-cursor.ts';
import type { ByteSource } from './byte-source.ts';
import { createPace } from './pace.ts';
import { readTar, type TarEntry } from './tar-entries.ts';

/** Opens a tar archive, plain or within gzip. What is compressed is read from its beginning each time. */
export function createTarArchive(
  source: ByteSource,
  isGzipped: boolean,
  failures: ArchiveFailures,
  signal: AbortSignal,
): Archive<TarEntry> {
  const whole = () => (isGzipped ? gunzipped(source.stream(0, source.size)) : source.stream(0, source.size));

  async function* read(): AsyncGenerator<{ entry: TarEntry; cursor: ByteCursor }> {
    try {
      yield* readTar(whole(), createPace(signal));
    } catch (error) {
      throw structureFailure(error, 'tar', failures);
    }
  }

  async function* content(entry: TarEntry, cursor: ByteCursor): AsyncGenerator<Buffer> {
    try {
      await cursor.skipTo(entry.contentStart);
      yield* cursor.pass(entry.size);
    } catch (error) {
      throw failures.from(error, entry.path);
    }
  }

  async function* ownContent(entry: TarEntry): AsyncGenerator<Buffer> {
    const end = entry.contentStart + entry.size;
    const cursor = createByteCursor(isGzipped ? whole() : source.stream(entry.contentStart, end));
    try {
      yield* content(isGzipped ? entry : { ...entry, contentStart: 0 }, cursor);
    } finally {
      await cursor.end();
    }
  }

  return {
    async *list() {
      for await (const { entry } of read()) yield entry;
    },
    async open(entry) {
      return Readable.from(ownContent(entry), { objectMode: false });
    },
    async contents(entries, use) {
      let next = 0;
      if (entries.length === 0) return;
      for await (const { entry, cursor } of read()) {
        const wanted = entries[next] as TarEntry;
        if (entry.contentStart !== wanted.contentStart) continue;
        await use(wanted, Readable.from(content(entry, cursor), { objectMode: false }));
        next++;
        if (next === entries.length) return;
      }
    },
  };
}

function gunzipped(packed: Readable): Readable {
  // A pipeline ends both when either ends early; the error itself comes out of the reading.
  return pipeline(packed, createGunzip({ chunkSize: 64 * 1024 }), () => undefined);
}
