import { DEEPEST, HclSyntaxError, positionAt, tooDeep } from './syntax-error.ts';

/** What a piece of HCL is, as far as its structure needs to know. */
export type TokenKind = 'name' | 'string' | 'heredoc' | 'number' | 'mark' | 'newline' | 'end';

/** One piece of HCL; comments and blanks are none. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

const BLANK = /[ \t\r]+/y;
const NAME = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?\n/uy;
/** Longer marks first; `=>` and `==` must not be taken for `=`. */
const MARK = /=>|==|!=|<=|>=|&&|\|\||\.\.\.|::|[{}()[\]=,.:?!<>+\-*/%~]/y;

/** Reads HCL piece by piece. Nothing is copied: a token is two offsets. */
export class Scanner {
  readonly text: string;
  readonly #depth: number;
  #at: number;
  #line = 1;
  #counted = 0;

  /** @param depth - how many templates it is in */
  constructor(text: string, at = 0, depth = 0) {
    this.text = text;
    this.#at = at;
    this.#depth = depth;
  }

  /** @throws HclSyntaxError at what begins no token, or does not end */
  next(): Token {
    this.#skip();
    const start = this.#at;
    if (start >= this.text.length) return { kind: 'end', start, end: start };
    const char = this.text[start];
    if (char === '\n') return this.#token('newline', start + 1);
    if (char === '"') return this.#token('string', endOfString(this.text, start, this.#depth));
    if (char === '<') {
      const heredoc = this.#match(HEREDOC);
      if (heredoc !== undefined) return this.#token('heredoc', endOfHeredoc(this.text, start, heredoc));
    }
    for (const [kind, pattern] of KINDS) {
      const found = this.#match(pattern);
      if (found !== undefined) return this.#token(kind, start + found[0].length);
    }
    throw this.failure(
      `${JSON.stringify(String.fromCodePoint(this.text.codePointAt(start) ?? 0))} belongs to nothing`,
      start,
    );
  }

  /** The line of an offset. Asked in the order of the text, all answers together read it once. */
  lineOf(offset: number): number {
    if (offset < this.#counted) [this.#line, this.#counted] = [1, 0];
    for (;;) {
      const newline = this.text.indexOf('\n', this.#counted);
      if (newline < 0 || newline >= offset) return this.#line;
      this.#line++;
      this.#counted = newline + 1;
    }
  }

  failure(problem: string, offset: number): HclSyntaxError {
    return new HclSyntaxError(problem, positionAt(this.text, offset));
  }

  textOf({ start, end }: Token): string {
    return this.text.slice(start, end);
  }

  #token(kind: TokenKind, end: number): Token {
    const start = this.#at;
    this.#at = end;
    return { kind, start, end };
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.text) ?? undefined;
  }

  #skip(): void {
    for (;;) {
      const { text } = this;
      const blank = this.#match(BLANK);
      if (blank !== undefined) this.#at += blank[0].length;
      else if (text[this.#at] === '#' || text.startsWith('//', this.#at)) {
        const end = text.indexOf('\n', this.#at);
        this.#at = end < 0 ? text.length : end;
      } else if (text.startsWith('/*', this.#at)) {
        const end = text.indexOf('*/', this.#at + 2);
        if (end < 0) throw this.failure('the comment does not end', this.#at);
        this.#at = end + 2;
      } else return;
    }
  }
}

const KINDS = [
  ['name', NAME],
  ['number', NUMBER],
  ['mark', MARK],
] as const;

/** The offset after a quoted text, whose templates may hold quoted texts themselves. */
function endOfString(text: string, start: number, depth: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '"') return at + 1;
    if (char === '\n') break;
    if (char === '\\') at++;
    else if (isTemplate(text, at)) at = endOfTemplate(text, at + 2, depth + 1) - 1;
    else if (isEscapedTemplate(text, at)) at += 2;
  }
  throw new HclSyntaxError('the quoted text does not end on its line', positionAt(text, start));
}

/** Whether `${` or `%{` begins here. */
export function isTemplate(text: string, at: number): boolean {
  return (text[at] === '$' || text[at] === '%') && text[at + 1] === '{';
}

/** Whether `$${` or `%%{` stands here, which mean `${` and `%{` themselves. */
export function isEscapedTemplate(text: string, at: number): boolean {
  return (text[at] === '$' || text[at] === '%') && text[at + 1] === text[at] && text[at + 2] === '{';
}

/** The offset after the template that begins two characters before `start`. @throws HclSyntaxError when it does not end */
export function endOfTemplate(text: string, start: number, depth: number): number {
  if (depth > DEEPEST) throw tooDeep(text, start - 2);
  const scanner = new Scanner(text, text[start] === '~' ? start + 1 : start, depth);
  for (let depth = 1; ; ) {
    const token = scanner.next();
    if (token.kind === 'end') throw new HclSyntaxError('the template does not end', positionAt(text, start - 2));
    const mark = token.kind === 'mark' ? scanner.textOf(token) : '';
    if (mark === '{') depth++;
    if (mark === '}' && --depth === 0) return token.end;
  }
}

/** The offset of the end of the line that closes a heredoc; the newline after it is a token of its own. */
function endOfHeredoc(text: string, start: number, [opening, name = '']: RegExpExecArray): number {
  for (let line = start + opening.length; line < text.length; ) {
    const newline = text.indexOf('\n', line);
    const end = newline < 0 ? text.length : newline;
    if (text.slice(line, end).trim() === name) return end;
    line = end + 1;
  }
  throw new HclSyntaxError(`the heredoc does not end: no line holds ${name} alone`, positionAt(text, start));
}
