import { Scanner, type Token } from './scan.ts';
import { DEEPEST, tooDeep } from './syntax-error.ts';

/** An argument: its name, and the exact text of its expression. */
export interface Attribute {
  readonly name: string;
  readonly expression: string;
  readonly line: number;
}

/** A block, such as `variable "name" { ... }`. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
  readonly line: number;
}

/** What stands in a file, or between the braces of a block. */
export interface Body {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
}

const OPENING = new Set(['{', '(', '[']);
const CLOSING: Readonly<Record<string, string>> = { '}': '{', ')': '(', ']': '[' };

/**
 * Reads the structure of a file of Terraform's language: its blocks and arguments. Expressions stay as they are written:
 * what they mean is Terraform's affair.
 *
 * @throws HclSyntaxError
 */
export function parseBody(text: string): Body {
  const scanner = new Scanner(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
  return readBody(scanner, undefined, 0);
}

function readBody(scanner: Scanner, opening: Token | undefined, depth: number): Body {
  if (opening !== undefined && depth > DEEPEST) throw tooDeep(scanner.text, opening.start);
  const attributes = new Map<string, Attribute>();
  const blocks: Block[] = [];
  for (;;) {
    const token = scanner.next();
    if (token.kind === 'newline') continue;
    if (token.kind === 'end' && opening === undefined) return { attributes, blocks };
    if (token.kind === 'end') throw scanner.failure('the block does not end: a } is missing', opening?.start ?? 0);
    if (opening !== undefined && scanner.textOf(token) === '}') return { attributes, blocks };
    if (token.kind !== 'name') {
      throw scanner.failure(`an argument or a block must begin here, not ${shown(scanner, token)}`, token.start);
    }
    const item = readItem(scanner, token, depth);
    if ('body' in item) {
      blocks.push(item);
      continue;
    }
    if (attributes.has(item.name)) throw scanner.failure(`the argument "${item.name}" is set twice`, token.start);
    attributes.set(item.name, item);
    if (item.closesBlock) return { attributes, blocks };
  }
}

function readItem(
  scanner: Scanner,
  name: Token,
  depth: number,
): Block | (Attribute & { readonly closesBlock: boolean }) {
  const line = scanner.lineOf(name.start);
  const labels: string[] = [];
  for (;;) {
    const token = scanner.next();
    const text = scanner.textOf(token);
    if (token.kind === 'name') labels.push(text);
    else if (token.kind === 'string') labels.push(text.slice(1, -1));
    else if (text === '{')
      return { type: scanner.textOf(name), labels, body: readBody(scanner, token, depth + 1), line };
    else if (text === '=' && labels.length === 0) {
      return { name: scanner.textOf(name), line, ...readExpression(scanner, token) };
    } else {
      throw scanner.failure(
        `after "${scanner.textOf(name)}" a = or a { must follow, not ${shown(scanner, token)}`,
        token.start,
      );
    }
  }
}

/** Reads up to the end of the line, or to the } of a block that is written on one. */
function readExpression(
  scanner: Scanner,
  equals: Token,
): { readonly expression: string; readonly closesBlock: boolean } {
  const open: Token[] = [];
  let start = -1;
  let end = -1;
  for (;;) {
    const token = scanner.next();
    const mark = token.kind === 'mark' ? scanner.textOf(token) : '';
    const isOver = open.length === 0 && (token.kind === 'newline' || mark === '}');
    if (isOver || token.kind === 'end') {
      const [unclosed] = open.slice(-1);
      if (unclosed !== undefined)
        throw scanner.failure(`the ${scanner.textOf(unclosed)} is not closed`, unclosed.start);
      if (start < 0) throw scanner.failure('the argument has no value', equals.start);
      return { expression: scanner.text.slice(start, end), closesBlock: mark === '}' };
    }
    if (token.kind === 'newline') continue;
    if (start < 0) start = token.start;
    end = token.end;
    if (OPENING.has(mark) && open.push(token) > DEEPEST) throw tooDeep(scanner.text, token.start);
    const partner = CLOSING[mark];
    if (partner === undefined) continue;
    const last = open.pop();
    if (last === undefined || scanner.textOf(last) !== partner) {
      throw scanner.failure(`the ${mark} closes nothing`, token.start);
    }
  }
}

function shown(scanner: Scanner, token: Token): string {
  if (token.kind === 'newline') return 'the end of the line';
  if (token.kind === 'end') return 'the end of the file';
  return JSON.stringify(scanner.textOf(token).slice(0, 40));
}
