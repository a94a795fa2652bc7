import { createCsvParser } from './csv-parser.ts';
import { decodeText } from './decode-text.ts';
import { detectType, type FileType } from './detect-type.ts';
import { createJsonArrayParser, createJsonLinesParser } from './json-parsers.ts';
import { createObjectCheck, createRowCheck, type Problems } from './record-checks.ts';
import { BrokenFileError, type RecordParser } from './record-parser.ts';
import type { Settings } from './settings.ts';

/** What came of a check. */
export interface Verdict {
  readonly type: FileType | 'unknown';
  /** How many records were read; not all of a bad file. */
  readonly records: number;
  readonly bytes: number;
  /** What is wrong, and where; none when the file is good. */
  readonly problems: readonly string[];
}

type Rules = Pick<Settings, 'fields' | 'moreFields' | 'delimiter' | 'maxProblems'>;

/** How many bytes decide about the type. */
const BEGINNING_BYTES = 1_024;

/** Checks every record of a file. @throws what reading it throws */
export async function checkRecords(chunks: AsyncIterable<Buffer>, rules: Rules): Promise<Verdict> {
  let bytes = 0;
  const { beginning, all, close } = await peek(chunks, (length) => {
    bytes += length;
  });
  const detected = detectType(beginning);
  if ('problem' in detected) {
    await close();
    const problem = `${detected.problem}; expected CSV, a JSON array or JSON lines`;
    return { type: 'unknown', records: 0, bytes, problems: [problem] };
  }
  const tally = createTally(rules.maxProblems);
  try {
    const parser = createParser(detected.type, rules, tally);
    for await (const piece of decodeText(all)) {
      parser.push(piece);
      if (tally.isFull()) break;
    }
    if (!tally.isFull()) parser.end();
    if (tally.records() === 0 && tally.problems.length === 0) tally.problems.push('it has no records');
  } catch (error) {
    if (error instanceof BrokenFileError) tally.problems.push(error.message);
    else if (isEncodingError(error)) tally.problems.push('its text is no UTF-8');
    else throw error;
  }
  return { type: detected.type, records: tally.records(), bytes, problems: tally.problems };
}

/** Counts records and keeps problems, up to the most that are told. */
function createTally(maxProblems: number) {
  const problems: string[] = [];
  let records = 0;
  const isFull = () => problems.length > maxProblems;
  return {
    problems,
    records: () => records,
    isFull,
    count() {
      records++;
    },
    add(place: string, found: Problems) {
      for (const problem of found) {
        if (isFull()) return;
        problems.push(
          problems.length < maxProblems ? `${place}: ${problem}` : 'and perhaps more: the check ended here',
        );
      }
    },
  };
}

function createParser(type: FileType, rules: Rules, tally: ReturnType<typeof createTally>): RecordParser {
  if (type !== 'csv') {
    const check = createObjectCheck(rules);
    const take = (record: unknown, number: number) => {
      tally.count();
      tally.add(`${type === 'json' ? 'record' : 'line'} ${number}`, check(record));
    };
    return type === 'json' ? createJsonArrayParser(take) : createJsonLinesParser(take);
  }
  let check: ((cells: readonly string[]) => Problems) | undefined;
  return createCsvParser(rules.delimiter, (cells, line) => {
    if (check !== undefined) {
      tally.count();
      tally.add(`line ${line}`, check(cells));
      return;
    }
    const rows = createRowCheck(cells, rules);
    // Below a wrong header every row would be wrong, too.
    if ('problem' in rows) throw new BrokenFileError(`line ${line}: ${rows.problem}`);
    check = rows.check;
  });
}

/** Reads the beginning of a stream and gives the whole of it back. */
async function peek(chunks: AsyncIterable<Buffer>, onBytes: (length: number) => void) {
  const source = chunks[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  while (length < BEGINNING_BYTES) {
    const { done, value } = await source.next();
    if (done) break;
    onBytes(value.length);
    first.push(value);
    length += value.length;
  }
  const close = async () => void (await source.return?.());
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* first;
      for (let next = await source.next(); !next.done; next = await source.next()) {
        onBytes(next.value.length);
        yield next.value;
      }
    } finally {
      // Whoever stops early lets the connection go.
      await close();
    }
  }
  // A generator that nobody has begun would not run its `finally`: `close` is for those.
  return { beginning: Buffer.concat(first).subarray(0, BEGINNING_BYTES), all: all(), close };
}

function isEncodingError(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}
