/** Text that comes in pieces, on its way to lines. */
export interface LineBuffer {
  add(piece: string): void;
  /** Gives what is left behind the last line break, unless that is nothing. */
  end(): void;
}

/** Cuts text into lines. Only what is new is looked at: a line of many megabytes would be read anew with each piece. */
export function createLineBuffer(onLine: (line: string) => void): LineBuffer {
  let pieces: string[] = [];

  function finish(last: string): void {
    const line = pieces.length === 0 ? last : [...pieces, last].join('');
    pieces = [];
    onLine(line);
  }

  return {
    add(piece) {
      const [first = '', ...others] = piece.split('\n');
      const rest = others.pop();
      if (rest === undefined) {
        if (first !== '') pieces.push(first);
        return;
      }
      finish(first);
      for (const line of others) onLine(line);
      if (rest !== '') pieces.push(rest);
    },
    end() {
      if (pieces.length > 0) finish('');
    },
  };
}
