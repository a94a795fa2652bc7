import { FormatError } from './archive-failures.ts';

/** Takes bytes off a stream in pieces of any length. */
export interface ByteCursor {
  /** How many bytes were taken. */
  readonly position: number;
  /** Exactly so many bytes; undefined at the end of the stream. @throws FormatError when it ends within them */
  take(length: number): Promise<Buffer | undefined>;
  /** The next so many bytes, as they come. @throws FormatError when the stream ends within them */
  pass(length: number): AsyncGenerator<Buffer>;
  /** Leaves out what lies before a position. @throws FormatError when the stream ends before it */
  skipTo(position: number): Promise<void>;
  /** Whatever is left of the stream. */
  remaining(): AsyncGenerator<Buffer>;
  /** Lets go of the stream. */
  end(): Promise<void>;
}

/** Creates a cursor over a stream. */
export function createByteCursor(stream: AsyncIterable<Buffer>): ByteCursor {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let position = 0;

  /** Makes sure that something is at hand; false at the end of the stream. */
  async function refill(): Promise<boolean> {
    while (rest.length === 0) {
      const next = await chunks.next();
      if (next.done) return false;
      rest = next.value;
    }
    return true;
  }

  async function next(length: number): Promise<Buffer> {
    if (!(await refill())) throw new FormatError('it is cut short');
    const piece = rest.subarray(0, length);
    rest = rest.subarray(piece.length);
    position += piece.length;
    return piece;
  }

  async function* pass(length: number): AsyncGenerator<Buffer> {
    for (let missing = length; missing > 0; ) {
      const piece = await next(missing);
      missing -= piece.length;
      yield piece;
    }
  }

  return {
    get position() {
      return position;
    },
    pass,
    async take(length) {
      if (!(await refill())) return undefined;
      const pieces: Buffer[] = [];
      for (let missing = length; missing > 0; missing -= (pieces.at(-1) as Buffer).length) {
        pieces.push(await next(missing));
      }
      return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    },
    async skipTo(target) {
      while (position < target) await next(target - position);
    },
    async *remaining() {
      while (await refill()) yield next(rest.length);
    },
    async end() {
      await chunks.return?.();
    },
  };
}
