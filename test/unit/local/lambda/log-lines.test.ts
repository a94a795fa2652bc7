import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogLines } from '../../../../lib/local/lambda/log-lines.ts';

function linesOf(chunks: readonly Buffer[]): string[] {
  const told: string[] = [];
  const lines = createLogLines({ line: (text) => told.push(text), end: (requestId) => told.push(`END ${requestId}`) });
  for (const chunk of chunks) lines.write(chunk);
  lines.flush();
  return told;
}

describe('the output of a function', () => {
  it('is the same lines however it is cut into chunks', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => ['\r', '\n', '\u001e'].every((mark) => !text.includes(mark)));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(200)), (expected, cuts) => {
        const bytes = Buffer.from(expected.map((text) => `${text}\n`).join(''));
        const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
        expect(linesOf(chunks)).toEqual(expected);
      }),
    );
  });

  it('ends for a request where its mark stands, also in the middle of a line', () => {
    expect(linesOf([Buffer.from('one\ntw'), Buffer.from('o\u001eEND id-1\nthree')])).toEqual([
      'one',
      'two',
      'END id-1',
      'three',
    ]);
  });
});
