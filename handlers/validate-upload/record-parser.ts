/** Takes a text piece by piece, and hands over each record as soon as it is whole; what it holds is one record. */
export interface RecordParser {
  /** @throws BrokenFileError */
  push(piece: string): void;
  /** There is no more. @throws BrokenFileError when a record is open */
  end(): void;
}

/** The largest record, in characters: a file with an open quotation mark must not end up in memory. */
export const LONGEST_RECORD = 1_000_000;

/** A file whose form is broken, so that no further record can be read. */
export class BrokenFileError extends Error {
  override readonly name = 'BrokenFileError';
}
