import { BrokenFileError, LONGEST_RECORD } from './decode-text.ts';

/**
 * Reads the elements of a JSON array one by one, so that memory stays flat.
 *
 * @throws BrokenFileError when the text is no array, breaks off, goes on after it, or has an element over a million characters
 */
export async function* jsonElements(pieces: AsyncIterable<string>): AsyncGenerator<unknown> {
  let element = '';
  let depth = 0;
  let inString = false;
  let escaped = false;
  let count = 0;
  let ended = false;

  function finish(): unknown {
    const text = element;
    element = '';
    return parse(text, `element ${++count}`);
  }

  for await (const piece of pieces) {
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      const character = piece.charCodeAt(at);
      if (inString) {
        if (escaped) escaped = false;
        else if (character === BACKSLASH) escaped = true;
        else if (character === QUOTE) inString = false;
        continue;
      }
      if (character === QUOTE) inString = true;
      else if (character === OPEN_BRACKET || character === OPEN_BRACE) {
        depth++;
        if (depth === 1) {
          if (ended || character !== OPEN_BRACKET || element.trim() !== '')
            throw new BrokenFileError('it is no JSON array');
          from = at + 1;
        }
      } else if (character === CLOSE_BRACKET || character === CLOSE_BRACE) {
        depth--;
        if (depth === 0) {
          element += piece.slice(from, at);
          if (element.trim() !== '' || count > 0) yield finish();
          ended = true;
          from = at + 1;
        }
      } else if (character === COMMA && depth === 1) {
        element += piece.slice(from, at);
        yield finish();
        from = at + 1;
      }
    }
    element += piece.slice(from);
    if (element.length > LONGEST_RECORD) {
      throw new BrokenFileError(
        `element ${count + 1} has over ${LONGEST_RECORD} characters; is a bracket or quotation mark open?`,
      );
    }
  }
  if (!ended) throw new BrokenFileError(`it breaks off within element ${count + 1}`);
  if (element.trim() !== '') throw new BrokenFileError('it goes on after the end of the array');
}

/** Reads one JSON value a line. @throws BrokenFileError when a line is no JSON, or over a million characters */
export async function* jsonLines(pieces: AsyncIterable<string>): AsyncGenerator<unknown> {
  let rest = '';
  let line = 0;
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      line++;
      if (text.trim() !== '') yield parse(text, `line ${line}`);
    }
    if (rest.length > LONGEST_RECORD) {
      throw new BrokenFileError(
        `line ${line + 1} has over ${LONGEST_RECORD} characters: JSON is taken as an array, or one object a line`,
      );
    }
  }
  if (rest.trim() !== '') yield parse(rest, `line ${line + 1}`);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The engine's own message would quote the text, which may be personal data. */
function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BrokenFileError(`${place} is no JSON`);
  }
}
