import { BrokenFileError, LONGEST_RECORD } from './decode-text.ts';

/** One row, and the line that it begins on, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads CSV as RFC 4180 has it: quoted cells may hold delimiters, line breaks and doubled quotation marks; lines end
 * in LF or CRLF. Empty lines are skipped. Rows come many at a time: one by one they would take ten times as long.
 *
 * @throws BrokenFileError for a quotation mark that nothing closes, and rows over a million characters
 */
export async function* csvRows(pieces: AsyncIterable<string>, delimiter: string): AsyncGenerator<readonly CsvRow[]> {
  let rest = '';
  let line = 1;
  for await (const piece of pieces) {
    rest += piece;
    let start = 0;
    const rows: CsvRow[] = [];
    const endOfRow = rowEnds(rest);
    for (;;) {
      const end = endOfRow(start);
      if (end === -1) break;
      const text = rest.slice(start, end).replace(/\r$/, '');
      if (text !== '') rows.push({ line, cells: cellsOf(text, delimiter, line) });
      line += 1 + (text.includes('\n') ? text.split('\n').length - 1 : 0);
      start = end + 1;
    }
    rest = rest.slice(start);
    if (rows.length > 0) yield rows;
    if (rest.length > LONGEST_RECORD) {
      throw new BrokenFileError(
        `line ${line} begins a row of over ${LONGEST_RECORD} characters; is a quotation mark open?`,
      );
    }
  }
  rest = rest.replace(/\r$/, '');
  if (rest === '') return;
  if (rowEnds(`${rest}\n`)(0) === -1)
    throw new BrokenFileError(`line ${line} opens a quotation mark that nothing closes`);
  yield [{ line, cells: cellsOf(rest, delimiter, line) }];
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
    let cell = '';
    let from = at + 1;
    for (;;) {
      const quote = row.indexOf('"', from);
      cell += row.slice(from, quote);
      if (row[quote + 1] !== '"') {
        at = quote + 1;
        break;
      }
      cell += '"';
      from = quote + 2;
    }
    cells.push(cell);
    if (at >= row.length) return cells;
    if (row[at] !== delimiter) throw new BrokenFileError(`line ${line} goes on after a closing quotation mark`);
    at++;
  }
}
