import { BrokenFileError, LONGEST_RECORD, type RecordParser } from './record-parser.ts';

/**
 * Reads CSV as RFC 4180 has it: quoted cells may hold delimiters, line breaks and doubled quotation marks; lines end
 * in LF or CRLF. Empty lines are skipped.
 *
 * @param take - is given the cells of each row, and the line that it begins on, from 1
 */
export function createCsvParser(
  delimiter: string,
  take: (cells: readonly string[], line: number) => void,
): RecordParser {
  let rest = '';
  let line = 1;

  function takeRow(row: string): void {
    const text = row.endsWith('\r') ? row.slice(0, -1) : row;
    if (text !== '') take(cellsOf(text, delimiter, line), line);
    line++;
    if (text.includes('"')) for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) line++;
  }

  return {
    push(piece) {
      rest += piece;
      const endOfRow = rowEnds(rest);
      let start = 0;
      for (let end = endOfRow(start); end !== -1; end = endOfRow(start)) {
        takeRow(rest.slice(start, end));
        start = end + 1;
      }
      rest = rest.slice(start);
      if (rest.length <= LONGEST_RECORD) return;
      throw new BrokenFileError(
        `line ${line} begins a row of over ${LONGEST_RECORD} characters; is a quotation mark open?`,
      );
    },
    end() {
      if (rowEnds(`${rest}\n`)(0) !== -1) return takeRow(rest);
      throw new BrokenFileError(`line ${line} opens a quotation mark that nothing closes`);
    },
  };
}

/** Finds the ends of rows in a text: the line breaks outside of quotation marks; -1 when there is none yet. */
function rowEnds(text: string): (start: number) => number {
  // Kept from row to row, so that text without quotation marks is searched for them once and not for every row.
  let quote = text.indexOf('"');
  return (start) => {
    let end = text.indexOf('\n', start);
    while (quote !== -1 && quote < start) quote = text.indexOf('"', quote + 1);
    let isOpen = false;
    for (;;) {
      for (; quote !== -1 && (end === -1 || quote < end); quote = text.indexOf('"', quote + 1)) isOpen = !isOpen;
      if (!isOpen || end === -1) return isOpen ? -1 : end;
      end = text.indexOf('\n', end + 1);
    }
  };
}

function cellsOf(row: string, delimiter: string, line: number): readonly string[] {
  if (!row.includes('"')) return row.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (row[at] !== '"') {
      const end = row.indexOf(delimiter, at);
      cells.push(row.slice(at, end === -1 ? undefined : end));
      if (end === -1) return cells;
      at = end + 1;
      continue;
    }
    const { cell, next } = quotedCell(row, at + 1);
    cells.push(cell);
    if (next >= row.length) return cells;
    if (row[next] !== delimiter) throw new BrokenFileError(`line ${line} goes on after a closing quotation mark`);
    at = next + 1;
  }
}

/** A quoted cell from its first character on; a quotation mark in it is doubled. */
function quotedCell(row: string, start: number): { readonly cell: string; readonly next: number } {
  let cell = '';
  let from = start;
  for (;;) {
    const quote = row.indexOf('"', from);
    cell += row.slice(from, quote);
    if (row[quote + 1] !== '"') return { cell, next: quote + 1 };
    cell += '"';
    from = quote + 2;
  }
}
