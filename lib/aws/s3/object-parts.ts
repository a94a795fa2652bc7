/** The size of the first parts, in bytes; S3 wants 5 MiB at least of all but the last. */
const FIRST_PART_BYTES = 8 * 1024 * 1024;

/** How many parts have the same size before it doubles. */
const PARTS_PER_SIZE = 1000;

/** The size of a part by its number from 1, in bytes: 8 MiB doubling each 1,000, so that 10,000 parts hold 8 TiB. */
export function partBytes(partNumber: number): number {
  return FIRST_PART_BYTES * 2 ** Math.floor((partNumber - 1) / PARTS_PER_SIZE);
}

/** Cuts a stream of any chunks into parts, all full but the last; an empty stream gives one empty part. */
export async function* partsOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let partNumber = 1;
  let chunks: Uint8Array[] = [];
  let held = 0;
  for await (let chunk of source) {
    while (held + chunk.length > partBytes(partNumber)) {
      const room = partBytes(partNumber) - held;
      chunks.push(chunk.subarray(0, room));
      yield Buffer.concat(chunks);
      partNumber++;
      chunks = [];
      held = 0;
      chunk = chunk.subarray(room);
    }
    chunks.push(chunk);
    held += chunk.length;
  }
  if (held > 0 || partNumber === 1) yield Buffer.concat(chunks);
}
