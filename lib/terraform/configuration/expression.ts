import { jsonOf, type Literal, literalOf, numberText } from '../hcl/literal.ts';

/** An expression: its source text of HCL, or a value of JSON syntax, whose texts may hold templates. */
export type Expression = { readonly hcl: string } | { readonly json: unknown };

/** An expression as it is written in Terraform's JSON syntax. */
export function toJsonSyntax(expression: Expression): unknown {
  return 'json' in expression ? expression.json : `\${${expression.hcl}}`;
}

/** An expression as it is written in HCL; texts of JSON are quoted as they are, for they may hold templates. */
export function toHcl(expression: Expression): string {
  if ('hcl' in expression) return expression.hcl;
  const { json } = expression;
  const [, whole] = typeof json === 'string' ? (/^\$\{([^{}]*)\}$/.exec(json) ?? []) : [];
  return whole ?? JSON.stringify(json);
}

/** The text of an expression that is a text; undefined for others. */
export function textOf(expression: Expression | undefined): string | undefined {
  if (expression === undefined) return undefined;
  if ('json' in expression) return typeof expression.json === 'string' ? expression.json : undefined;
  const literal = literalOf(expression.hcl);
  return literal?.kind === 'string' ? literal.value : undefined;
}

/** Whether an expression is `true`. */
export function isTrue(expression: Expression | undefined): boolean {
  if (expression === undefined) return false;
  if ('json' in expression) return expression.json === true || expression.json === 'true';
  const literal = literalOf(expression.hcl);
  return (literal?.kind === 'bool' && literal.value) || (literal?.kind === 'string' && literal.value === 'true');
}

/** A default as a form shows it: text as it is, nothing for none and null, JSON text for what is complex. */
export function defaultText(expression: Expression | undefined): string {
  if (expression === undefined) return '';
  if ('hcl' in expression) return literalText(literalOf(expression.hcl)) ?? expression.hcl;
  const { json } = expression;
  if (json === null || json === undefined) return '';
  return typeof json === 'string' ? json : JSON.stringify(json);
}

function literalText(literal: Literal | undefined): string | undefined {
  if (literal === undefined) return undefined;
  switch (literal.kind) {
    case 'null':
      return '';
    case 'string':
      return literal.value;
    case 'number':
      return numberText(literal.text);
    default:
      return jsonOf(literal);
  }
}
