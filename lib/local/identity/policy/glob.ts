/** The value of a policy variable such as `aws:PrincipalArn`; `undefined` when the request has none. */
export type VariableReader = (name: string) => string | undefined;

type Token = string | { readonly wild: 'any' | 'one' } | { readonly variable: string; readonly fallback?: string };

const ANY: Token = { wild: 'any' };
const ONE: Token = { wild: 'one' };
const PART = /\$\{([^}]*)\}|\*|\?/g;

/** A compiled text of a policy. */
export interface Glob {
  /** Whether a value matches, `*` standing for any characters and `?` for one; `undefined` when a variable has no value. */
  matches(value: string, variables: VariableReader): boolean | undefined;
  /** The text itself with its variables replaced, for operators without wildcards. */
  literal(variables: VariableReader): string | undefined;
}

/** Options of {@link compileGlob}. */
export interface GlobOptions {
  /** Replaces `${...}`; policies older than 2012-10-17 take it as text. */
  readonly variables: boolean;
  /** @defaultValue false */
  readonly ignoreCase?: boolean;
}

/** Compiles a text of a policy in which `*` and `?` are wildcards and `${name, 'default'}` is a variable. */
export function compileGlob(text: string, options: GlobOptions): Glob {
  const fold = (value: string) => (options.ignoreCase ? value.toLowerCase() : value);
  const tokens = tokenize(text, options.variables);
  const fixed = tokens.every((token) => typeof token === 'string' || 'wild' in token);
  const folded = fixed ? foldAll(tokens, fold) : undefined;
  return {
    matches(value, variables) {
      const pattern = folded ?? expand(tokens, variables, fold);
      return pattern === undefined ? undefined : matchTokens(pattern, fold(value));
    },
    literal(variables) {
      let result = '';
      for (const token of tokens) {
        const part =
          typeof token === 'string' ? token : 'wild' in token ? wildText(token) : variableValue(token, variables);
        if (part === undefined) return undefined;
        result += part;
      }
      return result;
    },
  };
}

function tokenize(text: string, variables: boolean): readonly Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const part of text.matchAll(PART)) {
    if (part[1] !== undefined && !variables) continue;
    if (part.index > end) tokens.push(text.slice(end, part.index));
    end = part.index + part[0].length;
    tokens.push(part[1] === undefined ? (part[0] === '*' ? ANY : ONE) : variable(part[1]));
  }
  if (end < text.length) tokens.push(text.slice(end));
  return tokens;
}

/** `${*}`, `${?}` and `${$}` are the characters themselves; `${name, 'default'}` carries a default. */
function variable(content: string): Token {
  if (content === '*' || content === '?' || content === '$') return content;
  const parts = /^([^,]*),\s*'([^']*)'\s*$/.exec(content);
  if (parts?.[1] !== undefined && parts[2] !== undefined) return { variable: parts[1].trim(), fallback: parts[2] };
  return { variable: content.trim() };
}

function variableValue(token: { readonly variable: string; readonly fallback?: string }, read: VariableReader) {
  return read(token.variable) ?? token.fallback;
}

function wildText(token: { readonly wild: 'any' | 'one' }): string {
  return token.wild === 'any' ? '*' : '?';
}

function foldAll(tokens: readonly Token[], fold: (text: string) => string): readonly Token[] {
  return tokens.map((token) => (typeof token === 'string' ? fold(token) : token));
}

/** Puts values in the place of variables; a `*` within a value is no wildcard. */
function expand(tokens: readonly Token[], variables: VariableReader, fold: (text: string) => string) {
  const expanded: Token[] = [];
  for (const token of tokens) {
    if (typeof token === 'string') expanded.push(fold(token));
    else if ('wild' in token) expanded.push(token);
    else {
      const value = variableValue(token, variables);
      if (value === undefined) return undefined;
      expanded.push(fold(value));
    }
  }
  return expanded;
}

/** Matches from left to right and returns to the last `*` on a mismatch: time grows with the product of the lengths only. */
function matchTokens(tokens: readonly Token[], value: string): boolean {
  let token = 0;
  let index = 0;
  let star = -1;
  let starIndex = 0;
  while (index < value.length || token < tokens.length) {
    const current = tokens[token];
    if (current === ANY) {
      star = token++;
      starIndex = index;
      continue;
    }
    if (typeof current === 'string' && value.startsWith(current, index)) {
      index += current.length;
      token++;
      continue;
    }
    if (current === ONE && index < value.length) {
      index += widthAt(value, index);
      token++;
      continue;
    }
    if (star === -1 || starIndex >= value.length) return false;
    starIndex += widthAt(value, starIndex);
    index = starIndex;
    token = star + 1;
  }
  return true;
}

function widthAt(value: string, index: number): number {
  return (value.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}
