import { createFieldCheck, type FieldCheck } from './check-field.ts';
import { csvRows } from './csv-rows.ts';
import { BrokenFileError, decodeText } from './decode-text.ts';
import { detectType, type FileType } from './detect-type.ts';
import { jsonElements, jsonLines } from './json-records.ts';
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
  const checks = new Map(Object.entries(rules.fields).map(([name, field]) => [name, createFieldCheck(field)]));
  const problems: string[] = [];
  let [bytes, records] = [0, 0];
  const { beginning, all, close } = await peek(chunks, (length) => {
    bytes += length;
  });
  const detected = detectType(beginning);
  if ('problem' in detected) {
    await close();
    return {
      type: 'unknown',
      records,
      bytes,
      problems: [`${detected.problem}; expected CSV, a JSON array or JSON lines`],
    };
  }
  try {
    for await (const { place, record, problem } of recordsOf(detected.type, decodeText(all), rules)) {
      if (problem === undefined) records++;
      const found = problem === undefined ? checkRecord(record, checks, rules.moreFields) : [problem];
      problems.push(...found.map((text) => `${place}: ${text}`));
      if (problems.length < rules.maxProblems) continue;
      problems.splice(rules.maxProblems, problems.length, 'and perhaps more: the check ended here');
      break;
    }
    if (records === 0 && problems.length === 0) problems.push('it has no records');
  } catch (error) {
    if (error instanceof BrokenFileError) problems.push(error.message);
    else if (isEncodingError(error)) problems.push('its text is no UTF-8');
    else throw error;
  }
  return { type: detected.type, records, bytes, problems };
}

interface Found {
  readonly place: string;
  readonly record: unknown;
  /** What is wrong with the record as a whole. */
  readonly problem?: string;
}

async function* recordsOf(
  type: FileType,
  pieces: AsyncIterable<string>,
  { delimiter, fields }: Rules,
): AsyncGenerator<Found> {
  if (type !== 'csv') {
    let number = 0;
    for await (const record of type === 'json' ? jsonElements(pieces) : jsonLines(pieces)) {
      yield { place: `record ${++number}`, record };
    }
    return;
  }
  let header: readonly string[] | undefined;
  for await (const { line, cells } of csvRows(pieces, delimiter)) {
    const place = `line ${line}`;
    if (header === undefined) {
      header = cells.map((cell) => cell.trim());
      const missing = Object.keys(fields).filter((name) => fields[name]?.required && !header?.includes(name));
      if (missing.length === 0) continue;
      yield { place, record: {}, problem: `the header has no ${missing.join(', ')}` };
      return;
    }
    const names = header;
    if (cells.length !== names.length) {
      yield { place, record: {}, problem: `it has ${cells.length} cells, the header ${names.length}` };
      continue;
    }
    yield { place, record: Object.fromEntries(cells.map((cell, index) => [names[index] ?? '', cell])) };
  }
}

function checkRecord(record: unknown, checks: ReadonlyMap<string, FieldCheck>, moreFields: boolean): string[] {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return ['it is no object'];
  const values = record as Readonly<Record<string, unknown>>;
  const problems: string[] = [];
  for (const [name, check] of checks) {
    const problem = check(Object.hasOwn(values, name) ? values[name] : undefined);
    if (problem !== undefined) problems.push(`${name} ${problem}`);
  }
  if (!moreFields) {
    for (const name of Object.keys(values))
      if (!checks.has(name)) problems.push(`${name.slice(0, 40)} is not expected`);
  }
  return problems;
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
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* first;
      for (let next = await source.next(); !next.done; next = await source.next()) {
        onBytes(next.value.length);
        yield next.value;
      }
    } finally {
      // Whoever stops early lets the connection go.
      await source.return?.();
    }
  }
  // A generator that nobody has begun would not run its `finally`.
  const close = async () => void (await source.return?.());
  return { close, beginning: Buffer.concat(first).subarray(0, BEGINNING_BYTES), all: all() };
}

function isEncodingError(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}
