import { AwsError } from '../kernel/aws-error.ts';

/** The longest line of framing that is read, in bytes; a chunk signature takes about 90. */
const LONGEST_LINE = 4096;

/** What comes next in the body. */
type State = 'size' | 'data' | 'data-end' | 'trailer' | 'end';

/**
 * Takes the framing of the content encoding `aws-chunked` off a body and yields its payload.
 *
 * Reads the signed form (`size;chunk-signature=…`) as well as the unsigned one. Chunk signatures are not verified.
 * What follows the last chunk is put into `trailers` by lower-case name.
 *
 * @throws AwsError IncompleteBody when the framing is broken or ends early.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let state: State = 'size';
  let remaining = 0;
  let line = '';

  function readLine(text: string): State {
    if (state === 'size') {
      const size = /^([0-9a-f]+)(?:;.*)?$/i.exec(text)?.[1];
      if (size === undefined) throw brokenFraming(`a chunk size cannot be read from "${text.slice(0, 40)}"`);
      remaining = Number.parseInt(size, 16);
      return remaining === 0 ? 'trailer' : 'data';
    }
    if (state === 'data-end') {
      if (text !== '') throw brokenFraming('a chunk is longer than its size says');
      return 'size';
    }
    if (text === '') return 'end';
    const colon = text.indexOf(':');
    if (colon > 0) trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
    return state;
  }

  for await (const bytes of source) {
    let offset = 0;
    while (offset < bytes.length && state !== 'end') {
      if (state === 'data') {
        const payload = bytes.subarray(offset, offset + remaining);
        offset += payload.length;
        remaining -= payload.length;
        if (remaining === 0) state = 'data-end';
        yield payload;
        continue;
      }
      const newline = bytes.indexOf(0x0a, offset);
      line += bytes.toString('latin1', offset, newline === -1 ? bytes.length : newline);
      if (line.length > LONGEST_LINE) throw brokenFraming('a line is too long');
      if (newline === -1) break;
      offset = newline + 1;
      const text = line.replace(/\r$/, '');
      line = '';
      state = readLine(text);
    }
  }
  if (state !== 'end' && state !== 'trailer') throw brokenFraming('it ends before the last chunk');
}

function brokenFraming(reason: string): AwsError {
  return new AwsError('IncompleteBody', `the aws-chunked body cannot be read: ${reason}`);
}
