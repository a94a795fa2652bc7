import { jsonProblemAt } from '../hcl/json-problem.ts';
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
const NESTED: ReadonlySet<string> = new Set(['default_tags', 'assume_role', 'required_providers']);

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
  const root = parseJson(text);
  const place = new LabelPlaces(text);
  return [root].flat().flatMap((part) =>
    Object.entries(isObject(part) ? part : {}).flatMap(([type, content]) => {
      const labels = LABELS[type];
      return labels === undefined ? [] : jsonBlocks(type, content, labels, [], place);
    }),
  );
}

function jsonBlocks(
  type: string,
  content: unknown,
  labelCount: number,
  labels: readonly string[],
  places: LabelPlaces,
): NamedSection[] {
  const parts = [content].flat().filter(isObject);
  if (labels.length < labelCount) {
    return parts.flatMap((part) =>
      Object.entries(part).flatMap(([label, inner]) => jsonBlocks(type, inner, labelCount, [...labels, label], places)),
    );
  }
  const line = places.lineOf(labels.at(-1) ?? type);
  return parts.map((part) => ({ type, labels, line, ...jsonSection(part) }));
}

/** Where labels stand in a text of JSON: looked for behind the one before, for they come in their order. */
class LabelPlaces {
  readonly #scanner: Scanner;
  #at = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  lineOf(label: string): number {
    const quoted = JSON.stringify(label);
    const at = this.#scanner.text.indexOf(quoted, this.#at);
    if (at >= 0) this.#at = at + quoted.length;
    return this.#scanner.lineOf(Math.max(0, at < 0 ? this.#at : at));
  }
}

function jsonSection(part: Readonly<Record<string, unknown>>): Section {
  const members = Object.entries(part);
  return {
    arguments: new Map(members.filter(([name]) => !NESTED.has(name)).map(([name, json]) => [name, { json }])),
    blocks: members
      .filter(([name]) => NESTED.has(name))
      .flatMap(([type, content]) =>
        [content]
          .flat()
          .filter(isObject)
          .map((inner) => ({ type, labels: [], line: 1, ...jsonSection(inner) })),
      ),
  };
}

function parseJson(text: string): unknown {
  checkDepth(text);
  try {
    return JSON.parse(text);
  } catch {
    const at = jsonProblemAt(text);
    const problem = at >= text.length ? 'it ends too early' : `${JSON.stringify(text[at])} is not expected here`;
    throw new HclSyntaxError(`not JSON: ${problem}`, positionAt(text, at));
  }
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

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
