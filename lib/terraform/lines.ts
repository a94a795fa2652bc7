/** The longest line that is kept whole, in characters; of a longer one its beginning. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** Puts pieces of text together again to lines. */
export function byLine(onLine: (line: string) => void) {
  let pieces: string[] = [];
  let length = 0;

  function take(piece: string): void {
    const kept = piece.slice(0, LONGEST_LINE - length);
    if (kept === '') return;
    pieces.push(kept);
    length += kept.length;
  }

  function finish(): void {
    const line = pieces.join('');
    [pieces, length] = [[], 0];
    onLine(line);
  }

  return {
    add(piece: string) {
      let start = 0;
      // Only what is new is looked at: a line of hundreds of megabytes would be read anew with each piece.
      for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
        take(piece.slice(start, end));
        finish();
        start = end + 1;
      }
      take(piece.slice(start));
    },
    end() {
      if (length > 0) finish();
    },
  };
}
