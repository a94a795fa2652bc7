import { jsonProblemAt } from '../hcl/json-problem.ts';
import { type JsonMember, type JsonValue, readJsonValue, toLiteral } from '../hcl/json-value.ts';
import { parseBody } from '../hcl/parse-body.ts';
import { Scanner } from '../hcl/scan.ts';
import { DEEPEST, HclSyntaxError, positionAt, tooDeep } from '../hcl/syntax-error.ts';
import type { Expression } from './expression.ts';

/** The arguments and blocks of a block, whichever syntax they were written in. */
export interface Section {
  readonly arguments: ReadonlyMap<string, Expression>;
  readonly blocks: readonly NamedSection[];
}

/** A block with its type, labels and line. */
export interface NamedSection extends Section {
  readonly type: string;
  readonly labels: readonly string[];
  readonly line: number;
}

/** The types of blocks that are read in JSON syntax, and how many labels each has. */
const LABELS: Readonly<Record<string, number>> = { variable: 1, output: 1, provider: 1, terraform: 0, module: 1 };

/** Blocks within those. */
const NESTED: Readonly<Record<string, number>> = {
  default_tags: 0,
  assume_role: 0,
  required_providers: 0,
  dynamic: 1,
};

/** Reads one file of a configuration. @throws HclSyntaxError */
export function readConfigurationFile(name: string, text: string): readonly NamedSection[] {
  return name.endsWith('.json') ? readJson(text.replace(/^\uFEFF/, '')) : sectionOf(parseBody(text)).blocks;
}

function sectionOf(body: ReturnType<typeof parseBody>): Section {
  return {
    arguments: new Map([...body.attributes].map(([name, { expression }]) => [name, { hcl: expression }])),
    blocks: body.blocks.map(({ type, labels, line, body: inner }) => ({ type, labels, line, ...sectionOf(inner) })),
  };
}

function readJson(text: string): readonly NamedSection[] {
  const scanner = new Scanner(text);
  return membersOf(parseJson(text)).flatMap((member) => jsonBlocks(member, LABELS, scanner));
}

/** The blocks that a member stands for, if it is one of these types. */
function jsonBlocks(
  { name, at, value }: JsonMember,
  types: Readonly<Record<string, number>>,
  scanner: Scanner,
): NamedSection[] {
  if (!Object.hasOwn(types, name)) return [];
  const block = (labels: readonly string[], line: number, body: JsonValue): NamedSection => {
    return { type: name, labels, line, ...jsonSection(body, scanner) };
  };
  if (types[name] === 0) return bodiesOf(value).map((body) => block([], scanner.lineOf(at), body));
  return membersOf(value).flatMap((label) =>
    bodiesOf(label.value).map((body) => block([label.name], scanner.lineOf(label.at), body)),
  );
}

function jsonSection(body: JsonValue, scanner: Scanner): Section {
  const members = membersOf(body);
  return {
    arguments: new Map(
      members
        .filter(({ name }) => !Object.hasOwn(NESTED, name))
        .map(({ name, value }) => [name, { json: toLiteral(value) }]),
    ),
    blocks: members.flatMap((member) => jsonBlocks(member, NESTED, scanner)),
  };
}

/** The objects of a value, which may be a list of them. */
function bodiesOf(value: JsonValue): readonly JsonValue[] {
  const values = value.kind === 'array' ? value.items : [value];
  return values.filter(({ kind }) => kind === 'object');
}

function membersOf(value: JsonValue): readonly JsonMember[] {
  return bodiesOf(value).flatMap((body) => (body.kind === 'object' ? body.members : []));
}

function parseJson(text: string): JsonValue {
  checkDepth(text);
  try {
    JSON.parse(text);
  } catch {
    const at = jsonProblemAt(text);
    const problem = at >= text.length ? 'it ends too early' : `${JSON.stringify(text[at])} is not expected here`;
    throw new HclSyntaxError(`not JSON: ${problem}`, positionAt(text, at));
  }
  return readJsonValue(text);
}

/** Whether it is sound or not: what is too deep cannot even be looked at. */
function checkDepth(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfText(text, at);
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth > DEEPEST) throw tooDeep(text, at);
  }
}

/** The offset of the quote that ends a text. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at++;
  }
  return text.length;
}
