/** Takes bytes off a stream in pieces of any length. */
export interface ByteSource {
  /** Exactly so many bytes; undefined at the end of the stream. @throws Error when it ends within them */
  take(length: number): Promise<Buffer | undefined>;
  /** The next so many bytes, as they come. @throws Error when the stream ends within them */
  pass(length: number): AsyncGenerator<Buffer>;
  /** Whatever is left of the stream. */
  remaining(): AsyncGenerator<Buffer>;
  /** Lets go of the stream. */
  end(): Promise<void>;
}

/** Creates a source over a stream. */
export function createByteSource(stream: AsyncIterable<Buffer>): ByteSource {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  async function* pass(length: number): AsyncGenerator<Buffer> {
    for (let missing = length; missing > 0; ) {
      if (rest.length === 0) {
        const next = await chunks.next();
        if (next.done) throw new Error('it is cut short');
        rest = next.value;
      }
      const piece = rest.subarray(0, missing);
      rest = rest.subarray(piece.length);
      missing -= piece.length;
      if (piece.length > 0) yield piece;
    }
  }

  return {
    pass,
    async take(length) {
      while (rest.length === 0) {
        const next = await chunks.next();
        if (next.done) return undefined;
        rest = next.value;
      }
      const pieces: Buffer[] = [];
      for await (const piece of pass(length)) pieces.push(piece);
      return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    },
    async *remaining() {
      if (rest.length > 0) yield rest;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    },
    async end() {
      await chunks.return?.();
    },
  };
}
