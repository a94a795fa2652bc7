/** The text of a file, piece by piece, without a byte order mark. @throws TypeError when it is no UTF-8 */
export async function* decodeText(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** The largest record, in characters: a file with an open quotation mark must not end up in memory. */
export const LONGEST_RECORD = 1_000_000;

/** A file whose form is broken, so that no further record can be read. */
export class BrokenFileError extends Error {
  override readonly name = 'BrokenFileError';
}
