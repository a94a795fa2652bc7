import { jsonOf, type Literal, literalOf, numberText } from '../hcl/literal.ts';
import { expressionOf } from '../hcl/quote.ts';

/** An expression: its source text of HCL, or a value of JSON syntax, whose texts may hold templates. */
export type Expression = { readonly hcl: string } | { readonly json: Literal };

/** An expression as it is written in HCL. @throws HclSyntaxError for a text of JSON whose template does not end */
export function toHcl(expression: Expression): string {
  if ('hcl' in expression) return expression.hcl;
  const [, whole] = /^\$\{([^{}~]*)\}$/.exec(textOf(expression) ?? '') ?? [];
  return whole ?? expressionOf(expression.json);
}

/** The literal that an expression is; undefined for any other. The texts of JSON may be templates. */
export function literalIn(expression: Expression): Literal | undefined {
  return 'json' in expression ? expression.json : literalOf(expression.hcl);
}

/** The text of an expression that is a text; undefined for others. */
export function textOf(expression: Expression | undefined): string | undefined {
  if (expression === undefined) return undefined;
  const literal = literalIn(expression);
  return literal?.kind === 'string' ? literal.value : undefined;
}

/** Whether an expression is `true`. */
export function isTrue(expression: Expression | undefined): boolean {
  if (expression === undefined) return false;
  const literal = literalIn(expression);
  return (literal?.kind === 'bool' && literal.value) || (literal?.kind === 'string' && literal.value === 'true');
}

/** A default as a form shows it: text as it is, nothing for none and null, JSON text for what is complex. */
export function defaultText(expression: Expression | undefined): string {
  if (expression === undefined) return '';
  return literalText(literalIn(expression)) ?? ('hcl' in expression ? expression.hcl : '');
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
