import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineBuffer } from '../../../../lib/local/kernel/line-buffer.ts';

function linesOf(pieces: readonly string[]): readonly string[] {
  const lines: string[] = [];
  const buffer = createLineBuffer((line) => lines.push(line));
  for (const piece of pieces) buffer.add(piece);
  buffer.end();
  return lines;
}

describe('text in pieces', () => {
  it('has the lines of the whole, however it is cut', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'é', '\n') });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const lines = pieces.join('').split('\n');
        if (lines.at(-1) === '') lines.pop();
        expect(linesOf(pieces)).toEqual(lines);
      }),
    );
  });

  it('is looked at once, where a line has many pieces', () => {
    // Looked at again with each piece, it would take minutes.
    const pieces = Array<string>(20_000).fill('x'.repeat(4_096));
    expect(linesOf([...pieces, '\n', 'y']).map(({ length }) => length)).toEqual([20_000 * 4_096, 1]);
  });
});
