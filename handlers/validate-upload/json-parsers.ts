import { BrokenFileError, LONGEST_RECORD, type RecordParser } from './record-parser.ts';

/** Reads the elements of a JSON array one by one; `take` is given each element and its number, from 1. */
export function createJsonArrayParser(take: (element: unknown, number: number) => void): RecordParser {
  let element = '';
  let depth = 0;
  let inString = false;
  let escaped = false;
  let count = 0;
  let ended = false;

  function finish(): void {
    const text = element;
    element = '';
    count++;
    take(parse(text, `element ${count}`), count);
  }

  function open(character: number): void {
    if (ended || (depth === 0 && (character !== OPEN_BRACKET || element.trim() !== ''))) {
      throw new BrokenFileError(ended ? 'it goes on after the end of the array' : 'it is no JSON array');
    }
    depth++;
  }

  return {
    push(piece) {
      let from = 0;
      const upTo = (at: number) => {
        element += piece.slice(from, at);
        from = at + 1;
      };
      for (let at = 0; at < piece.length; at++) {
        const character = piece.charCodeAt(at);
        if (inString) {
          if (escaped) escaped = false;
          else if (character === BACKSLASH) escaped = true;
          else if (character === QUOTE) inString = false;
        } else if (character === QUOTE) inString = true;
        else if (character === OPEN_BRACKET || character === OPEN_BRACE) {
          open(character);
          if (depth === 1) from = at + 1;
        } else if (character === COMMA && depth === 1) {
          upTo(at);
          finish();
        } else if ((character === CLOSE_BRACKET || character === CLOSE_BRACE) && --depth === 0) {
          upTo(at);
          if (element.trim() !== '' || count > 0) finish();
          ended = true;
        }
      }
      element += piece.slice(from);
      if (element.length <= LONGEST_RECORD) return;
      throw new BrokenFileError(
        `element ${count + 1} has over ${LONGEST_RECORD} characters; is a bracket or quotation mark open?`,
      );
    },
    end() {
      if (!ended) throw new BrokenFileError(`it breaks off within element ${count + 1}`);
      if (element.trim() !== '') throw new BrokenFileError('it goes on after the end of the array');
    },
  };
}

/** Reads one JSON value a line; `take` is given each value and its line, from 1. Empty lines are skipped. */
export function createJsonLinesParser(take: (value: unknown, line: number) => void): RecordParser {
  let rest = '';
  let line = 0;

  function takeLine(text: string): void {
    line++;
    if (text.trim() !== '') take(parse(text, `line ${line}`), line);
  }

  return {
    push(piece) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) takeLine(text);
      if (rest.length <= LONGEST_RECORD) return;
      throw new BrokenFileError(
        `line ${line + 1} has over ${LONGEST_RECORD} characters: JSON is taken as an array, or as one object a line`,
      );
    },
    end: () => takeLine(rest),
  };
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
