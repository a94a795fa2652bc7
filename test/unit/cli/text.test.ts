import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignColumns } from '../../../lib/cli/columns.ts';
import { escapeControls, escapeLines, jsonText } from '../../../lib/cli/escape-controls.ts';
import { showLogLine } from '../../../lib/cli/invoke/show-invocation.ts';
import { readLogLine } from '../../../lib/cli/log-line.ts';
import { createTerminal } from '../../../lib/cli/terminal.ts';
import { durationText } from '../../../lib/cli/time-text.ts';
import { wrapText } from '../../../lib/cli/wrap-text.ts';

describe('a length of time', () => {
  it.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [61_000, '1 min 1 s'],
    [7_500_000, '2 h 5 min'],
    [90_000_000, '1 d 1 h'],
    [86_401_000, '1 d'],
  ])('%d ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('never has more than two units', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (ms) => durationText(ms).split(' ').length <= 4));
  });
});

it('puts cells under each other, and nothing behind the last', () => {
  expect(
    alignColumns([
      ['A', 'B'],
      ['long', ''],
      ['x', 'y'],
    ]),
  ).toEqual(['A     B', 'long', 'x     y']);
});

/** The colour of a text on a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what a terminal reads
const COLOUR = /\u001b\[\d+m/g;
/** What steers a terminal or is not seen on it. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const anyText = fc.string({ unit: 'binary' });

describe('a text that others wrote', () => {
  it.each([
    ['a\u001b[2Jb', 'a\\u001b[2Jb'],
    ['\u009b31m', '\\u009b31m'],
    ['a\r\nb\tc', 'a\\u000d\\u000ab\\u0009c'],
    ['gnp.\u202eexe', 'gnp.\\u202eexe'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['half \ud83d of a pair', 'half \\ud83d of a pair'],
    ['a tag \u{e0041}', 'a tag \\u{e0041}'],
    ['Müller 日本 🚀', 'Müller 日本 🚀'],
  ])('%j is shown as %s', (text, shown) => {
    expect(escapeControls(text)).toBe(shown);
  });

  it('neither steers a terminal nor hides on it, as a line, as lines, and as JSON of the same meaning', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeControls(text)).not.toMatch(UNSEEN);
        expect(escapeLines(text).replaceAll('\n', '')).not.toMatch(UNSEEN);
        expect(jsonText({ [text]: text })).not.toMatch(UNSEEN);
        expect(JSON.parse(jsonText({ [text]: text }, 2))).toEqual({ [text]: text });
      }),
    );
  });
});

describe('a long text on a terminal', () => {
  it('is wrapped at blanks where there are any, and loses nothing', () => {
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapText('', 8)).toEqual(['']);
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 20 }), (text, width) => {
        const lines = wrapText(text, width);
        expect(lines.every(({ length }) => length <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  const reason = Array.from({ length: 60 }, (_, number) => `word${number}`).join(' ');
  const line = JSON.stringify({ level: 'ERROR', message: 'the logic failed', error: { message: reason } });

  it.each([
    ['wrapped on a terminal', { isTTY: true, columns: 60 }, 60],
    ['whole on one line elsewhere', { isTTY: false }, Number.POSITIVE_INFINITY],
  ])('is %s, where it is the reason of a failure', (_where, stream, width) => {
    let written = '';
    const write = (text: string) => {
      written += text;
      return true;
    };
    showLogLine(createTerminal({ ...stream, write } as unknown as NodeJS.WriteStream), line);
    const lines = written
      .trimEnd()
      .split('\n')
      .map((shown) => shown.replaceAll(COLOUR, ''));
    expect(lines.every(({ length }) => length <= width)).toBe(true);
    expect(lines).toHaveLength(Number.isFinite(width) ? 8 : 1);
    expect(lines.map((shown) => shown.replace('  │ ', '')).join(' ')).toBe(`the logic failed error=${reason}`);
  });

  it('is read out of a log line whole, and without what steers the terminal', () => {
    const text = `${'x'.repeat(5_000)}\u001b[2J the cause`;
    expect(readLogLine(JSON.stringify({ level: 'WARN', message: 'failed', reason: text }))).toEqual({
      level: 'WARN',
      text: `failed reason=${'x'.repeat(5_000)}\\u001b[2J the cause`,
    });
  });
});
