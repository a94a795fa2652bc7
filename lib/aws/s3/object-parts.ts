/** The size of the first parts, in bytes; S3 wants 5 MiB at least of all but the last. */
const FIRST_PART_BYTES = 8 * 1024 * 1024;

/** The memory of the first part before it grows, in bytes: most objects are smaller than a part by far. */
const FIRST_MEMORY_BYTES = 64 * 1024;

/** How many parts have the same size before it doubles. */
const PARTS_PER_SIZE = 1000;

/** The size of a part by its number from 1, in bytes: 8 MiB doubling each 1,000, so that 10,000 parts hold 8 TiB. */
export function partBytes(partNumber: number): number {
  return FIRST_PART_BYTES * 2 ** Math.floor((partNumber - 1) / PARTS_PER_SIZE);
}

/** A part of an object. */
export interface ObjectPart {
  readonly bytes: Buffer;
  /** Gives the memory of `bytes` back for a later part; they must not be read any more. */
  release(): void;
}

/**
 * Cuts a stream of any chunks into parts, all full but the last; an empty stream gives one empty part.
 *
 * The memory of released parts is used again: left to the garbage collector, a fast upload would pile up parts.
 */
export async function* partsOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<ObjectPart> {
  const released: Buffer[] = [];
  let partNumber = 1;
  let part: Buffer = Buffer.allocUnsafeSlow(FIRST_MEMORY_BYTES);
  let held = 0;

  function memoryOf(size: number): Buffer {
    const memory = released.pop();
    // After the size has doubled, memory of the smaller size is let go.
    return memory?.length === size ? memory : Buffer.allocUnsafeSlow(size);
  }

  /** Memory for more of the same part, up to its size. */
  function grown(): Buffer {
    const larger = Buffer.allocUnsafeSlow(Math.min(part.length * 4, partBytes(partNumber)));
    part.copy(larger);
    return larger;
  }

  function finish(): ObjectPart {
    const memory = part;
    return { bytes: memory.subarray(0, held), release: () => void released.push(memory) };
  }

  for await (const chunk of source) {
    for (let taken = 0; taken < chunk.length; ) {
      if (held === part.length && held < partBytes(partNumber)) part = grown();
      if (held === part.length) {
        yield finish();
        part = memoryOf(partBytes(++partNumber));
        held = 0;
      }
      const piece = chunk.subarray(taken, taken + part.length - held);
      part.set(piece, held);
      held += piece.length;
      taken += piece.length;
    }
  }
  yield finish();
}
