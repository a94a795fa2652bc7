import { fail } from 'node:assert/strict';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRecords } from '../../../handlers/validate-upload/check-records.ts';
import { createCsvParser } from '../../../handlers/validate-upload/csv-parser.ts';
import { createJsonArrayParser } from '../../../handlers/validate-upload/json-parsers.ts';
import type { RecordParser } from '../../../handlers/validate-upload/record-parser.ts';
import { readSettings, type Settings } from '../../../handlers/validate-upload/settings.ts';

const rulesOf = (settings: object = {}): Settings =>
  readSettings(
    JSON.stringify({
      fields: {
        id: { type: 'integer', min: 1 },
        day: { type: 'date' },
        amount: { type: 'number', max: 1_000 },
        currency: { oneOf: ['EUR', 'USD'] },
        note: { required: false, maxLength: 10, pattern: '[a-z ]*' },
      },
      results: { bucket: 'results' },
      ...settings,
    }),
  )();

const check = (content: string | Buffer, settings: object = {}) =>
  checkRecords(Readable.from([Buffer.from(content)]), rulesOf(settings));

const HEADER = 'id,day,amount,currency,note\n';
const ROW = '1,2026-01-31,9.5,EUR,\n';
const RECORD = { id: 1, day: '2026-01-31', amount: 9.5, currency: 'EUR' };

describe('a good file', () => {
  it.each([
    ['CSV', 'csv', HEADER + ROW + ROW],
    [
      'CSV without an end of line, with CRLF and a byte order mark',
      'csv',
      `\ufeff${HEADER.replace('\n', '\r\n')}${ROW}\r\n${ROW.trim()}`,
    ],
    [
      'CSV with columns in another order and quoted cells',
      'csv',
      `note,"id",currency,amount,day\n"a b",1,EUR,"9.5",2026-01-31\n,2,USD,1e2,2026-02-28T10:00:00Z\n`,
    ],
    ['a JSON array', 'json', JSON.stringify([RECORD, { ...RECORD, note: 'a b' }])],
    ['a JSON array on many lines', 'json', ` ${JSON.stringify([RECORD, RECORD], null, 2)}\n`],
    ['JSON lines', 'json-lines', `${JSON.stringify(RECORD)}\n\n${JSON.stringify(RECORD)}`],
  ])('is %s', async (_what, type, content) => {
    expect(await check(content)).toEqual({ type, records: 2, bytes: Buffer.byteLength(content), problems: [] });
  });

  it('has the delimiter that the rules name', async () => {
    const content = (HEADER + ROW).replaceAll(',', ';');
    expect((await check(content, { delimiter: ';' })).problems).toEqual([]);
    expect((await check(content)).problems[0]).toMatch(/header has no id, day/);
  });

  it('may have more fields where the rules allow it', async () => {
    const content = JSON.stringify([{ ...RECORD, more: 1 }]);
    expect((await check(content)).problems).toEqual(['record 1: more is not expected']);
    expect((await check(content, { moreFields: true })).problems).toEqual([]);
  });
});

describe('a bad file', () => {
  it.each([
    ['a zip', Buffer.from([0x50, 0x4b, 3, 4, 20]), /it is a zip archive/],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}`, 'utf16le'), /UTF-16/],
    ['binary', Buffer.from([1, 0, 2]), /bytes of no text/],
    ['blank', ' \n ', /nothing but blanks/],
    ['no UTF-8', Buffer.concat([Buffer.from(HEADER), Buffer.from([0xff, 0x0a])]), /no UTF-8/],
    ['a header alone', HEADER, /no records/],
    ['an empty array', '[]', /no records/],
    ['a header without a column', 'id,day\n1,2026-01-31\n', /line 1: the header has no amount, currency/],
    ['a row with too few cells', `${HEADER}1,2026-01-31\n`, /line 2: it has 2 cells, the header 5/],
    ['an open quotation mark', `${HEADER}1,"2026\n${ROW}`, /line 2 opens a quotation mark/],
    ['text after a quotation mark', `${HEADER}"1"x,,,,\n`, /line 2 goes on after/],
    ['no number', HEADER + ROW.replace('9.5', 'x'), /^line 2: amount is no number$/],
    ['a broken integer', HEADER + ROW.replace('1,', '1.5,'), /line 2: id is no whole number/],
    ['too small a number', HEADER + ROW.replace('1,', '0,'), /id is less than 1/],
    ['too large a number', HEADER + ROW.replace('9.5', '1001'), /amount is more than 1000/],
    ['a day that is none', HEADER + ROW.replace('2026-01-31', '2026-02-31'), /day is no date/],
    ['a leap day in another year', HEADER + ROW.replace('2026-01-31', '2026-02-29'), /day is no date/],
    ['a month that is none', HEADER + ROW.replace('2026-01-31', '2026-13-01'), /day is no date/],
    ['an hour that is none', HEADER + ROW.replace('2026-01-31', '2026-01-31T25:00:00Z'), /day is no date/],
    ['another word', HEADER + ROW.replace('EUR', 'GBP'), /currency is none of EUR, USD/],
    ['a missing value', HEADER + ROW.replace('EUR', ''), /currency is missing/],
    ['a long text', HEADER + ROW.replace('EUR,', 'EUR,abcdefghijk'), /note has 11 characters, more than 10/],
    ['a text of another form', HEADER + ROW.replace('EUR,', 'EUR,ABC'), /note does not match/],
    ['an object for a value', JSON.stringify([{ ...RECORD, note: {} }]), /record 1: note is no single value/],
    ['numbers for records', '[1]', /record 1: it is no object/],
    ['an array that breaks off', `[${JSON.stringify(RECORD)}, {"id"`, /breaks off within element 2/],
    ['an array that goes on', `${JSON.stringify([RECORD])} x`, /goes on after the end/],
    ['broken JSON', `[${JSON.stringify(RECORD)}, {id: 2}]`, /element 2 is no JSON/],
    ['a broken line', `${JSON.stringify(RECORD)}\n{"id": }`, /line 2 is no JSON/],
  ])('is %s', async (_what, content, problem) => {
    const { problems } = await check(content);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('never has its values repeated', async () => {
    const { problems } = await check(`${HEADER}secret,secret,secret,secret,SECRET\n`);
    expect(problems).toHaveLength(5);
    expect(problems.join()).not.toMatch(/secret/i);
  });

  it('is given up after the most problems that are told', async () => {
    const { problems } = await check(HEADER + 'x,x,x,x,\n'.repeat(50));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toMatch(/the check ended here/);
  });

  it.each([
    ['CSV', `${HEADER}1,"`, 'a\n'],
    ['a JSON array', '["', 'a'],
    ['JSON lines', '{"a":"', 'a'],
  ])('of %s whose record does not end stays out of memory', async (_what, beginning, more) => {
    let sent = 0;
    async function* endless() {
      yield Buffer.from(beginning);
      for (; sent < 1_000; sent++) yield Buffer.from(more.repeat(10_000));
      fail('read to the end');
    }
    expect((await checkRecords(endless(), rulesOf())).problems[0]).toMatch(/over 1000000 characters/);
    expect(sent).toBeLessThan(200);
  });

  it('lets its source go when the check ends early', async () => {
    let closed = false;
    async function* source() {
      try {
        for (;;) yield Buffer.from('%PDF-1.7 '.repeat(1_000));
      } finally {
        closed = true;
      }
    }
    await checkRecords(source(), rulesOf());
    expect(closed).toBe(true);
  });
});

/** A text in pieces of any size. */
const inPieces = (text: string, cuts: readonly number[]) => {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, index) => text.slice(start, places[index] ?? text.length));
};

/** What a parser hands over of a text that comes in pieces. */
function parsed<Value>(create: (take: (value: Value) => void) => RecordParser, pieces: readonly string[]): Value[] {
  const values: Value[] = [];
  const parser = create((value) => values.push(value));
  for (const piece of pieces) parser.push(piece);
  parser.end();
  return values;
}

describe('parsers', () => {
  it('give the cells of CSV that were written, however it is cut', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'ü', ' ') });
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(rows, fc.array(fc.nat(200)), (written, cuts) => {
        const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const text = written.map((cells) => cells.map(quoted).join(',')).join('\n');
        expect(parsed((take) => createCsvParser(',', take), inPieces(text, cuts))).toEqual(written);
      }),
    );
  });

  it('give the lines that rows of CSV begin on', () => {
    const lines: number[] = [];
    const parser = createCsvParser(',', (_cells, line) => lines.push(line));
    parser.push('a\n\n"b\n\nc"\nd\n');
    parser.end();
    expect(lines).toEqual([1, 3, 6]);
  });

  it('give the elements of a JSON array that were written, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.array(fc.nat(300)), fc.boolean(), (written, cuts, spaced) => {
        const text = JSON.stringify(written, null, spaced ? 2 : 0);
        expect(parsed(createJsonArrayParser, inPieces(text, cuts))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('settings', () => {
  it.each([
    ['absent', undefined, /UPLOAD_RULES does not fit/],
    ['no JSON', '{', /UPLOAD_RULES does not fit/],
    ['misspelt', '{"fields":{"id":{"typ":"text"}},"results":{"bucket":"abc"}}', /fields\.id.*typ/],
  ])('that are %s are told when the first file comes', (_what, text, message) => {
    expect(readSettings(text)).toThrow(message);
  });
});
