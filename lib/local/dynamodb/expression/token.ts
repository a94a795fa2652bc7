/** One word, placeholder, number or sign of an expression. */
export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'sign' | 'end';
  readonly text: string;
}

/** What is wrong with an expression, in DynamoDB's words but without the name of the parameter. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

const TOKEN = /\s*(?:([A-Za-z_]\w*)|(#\w+)|(:\w+)|(\d+)|(<>|<=|>=|[=<>()[\].,+-])|(\S))/gy;
const KINDS = ['word', 'name', 'value', 'number', 'sign'] as const;
const END: Token = { kind: 'end', text: '<EOF>' };

/** Cuts an expression into tokens. @throws ExpressionError for a character that no token begins with */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const index = KINDS.findIndex((_, position) => match?.[position + 1] !== undefined);
    const kind = KINDS[index];
    if (kind === undefined) throw syntaxError(tokens, tokens.length, match[6] ?? '');
    tokens.push({ kind, text: match[index + 1] ?? '' });
  }
  return tokens;
}

/** The error for a token that cannot stand where it stands; it shows the neighbours too, as DynamoDB does. */
export function syntaxError(tokens: readonly Token[], at: number, text?: string): ExpressionError {
  const token = text ?? (tokens[at] ?? END).text;
  const near = [tokens[at - 1]?.text, token === END.text ? undefined : token, tokens[at + 1]?.text]
    .filter((part) => part !== undefined)
    .join(' ');
  return new ExpressionError(`Syntax error; token: "${token}", near: "${near}"`);
}

/** Where the group that opens at a token is closed; past the end where it is not. */
export function closingOf(tokens: readonly Token[], opening: number): number {
  let depth = 0;
  for (let at = opening; at < tokens.length; at++) {
    const { kind, text } = tokens[at] ?? END;
    if (kind !== 'sign') continue;
    if (text === '(') depth++;
    else if (text === ')' && --depth === 0) return at;
  }
  return tokens.length;
}

/** Reads tokens one after the other. */
export class TokenReader {
  readonly tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.tokens = tokenize(text);
  }

  peek(ahead = 0): Token {
    return this.tokens[this.#at + ahead] ?? END;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Whether the next token is this sign; takes it if so. */
  takes(sign: string): boolean {
    const token = this.peek();
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.#at++;
    return true;
  }

  /** Whether the next token is this keyword in any case; takes it if so. */
  takesWord(word: string): boolean {
    const token = this.peek();
    if (token.kind !== 'word' || token.text.toUpperCase() !== word) return false;
    this.#at++;
    return true;
  }

  /** The token after the group that opens here, however deep it is; the end where nothing closes it. */
  afterGroup(): Token {
    const close = closingOf(this.tokens, this.#at);
    return this.tokens[close + 1] ?? END;
  }

  /** @throws ExpressionError when the next token is not this sign */
  expect(sign: string): void {
    if (!this.takes(sign)) throw this.unexpected();
  }

  unexpected(): ExpressionError {
    return syntaxError(this.tokens, this.#at);
  }
}
