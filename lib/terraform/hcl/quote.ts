import type { Literal } from './literal.ts';
import { endOfTemplate, isEscapedTemplate, isTemplate } from './scan.ts';

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

/** A text as a quoted one of Terraform's language, in which nothing is a template. */
export function quoted(text: string): string {
  return `"${escaped(text.replace(/[$%](?=\{)/g, '$&$&'))}"`;
}

/** A text of JSON syntax, whose templates keep their meaning, as a quoted one of Terraform's language. */
function quotedTemplate(text: string): string {
  let written = '';
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (isEscapedTemplate(text, at)) at += 2;
    else if (isTemplate(text, at)) {
      const end = endOfTemplate(text, at + 2, 1);
      written += escaped(text.slice(start, at)) + text.slice(at, end);
      start = end;
      at = end - 1;
    }
  }
  return `"${written}${escaped(text.slice(start))}"`;
}

/** A value of JSON syntax as an expression of Terraform's language. @throws HclSyntaxError for a template that does not end */
export function expressionOf(literal: Literal): string {
  switch (literal.kind) {
    case 'null':
      return 'null';
    case 'bool':
      return String(literal.value);
    case 'number':
      return literal.text;
    case 'string':
      return quotedTemplate(literal.value);
    case 'tuple':
      return `[${literal.items.map(expressionOf).join(',')}]`;
    case 'object': {
      const members = [...literal.members].map(([key, value]) => `${quotedTemplate(key)}:${expressionOf(value)}`);
      return `{${members.join(',')}}`;
    }
  }
}

/** JSON's `\b` and `\f` are none of Terraform's. */
function escaped(text: string): string {
  return text.replace(/["\\\p{Cc}]/gu, (char) => {
    return ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
