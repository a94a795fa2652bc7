import type { Variable } from './configuration.ts';
import { type Expression, literalIn } from './expression.ts';

/**
 * The type of a variable as it is written. Terraform takes anything where none is; then a text stays one, unless the default
 * is none: whoever compares `var.enabled == true` must not be given the text that a form made of it.
 */
export function typeOf({ type, default: value }: Pick<Variable, 'type' | 'default'>): string {
  return type ?? (value === undefined || isText(value) ? 'string' : 'any');
}

function isText(expression: Expression): boolean {
  const literal = literalIn(expression);
  if (literal !== undefined) return ['string', 'null'].includes(literal.kind);
  return 'hcl' in expression && !/^\s*[[{]/.test(expression.hcl);
}
