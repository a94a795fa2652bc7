import { literalOf } from '../hcl/literal.ts';
import type { Variable } from './configuration.ts';
import type { Expression } from './expression.ts';

/**
 * The type of a variable as it is written. Terraform takes anything where none is; then a text stays one, unless the default
 * is none: whoever compares `var.enabled == true` must not be given the text that a form made of it.
 */
export function typeOf({ type, default: value }: Pick<Variable, 'type' | 'default'>): string {
  return type ?? (value === undefined || isText(value) ? 'string' : 'any');
}

function isText(expression: Expression): boolean {
  if ('json' in expression) return expression.json === null || typeof expression.json === 'string';
  const literal = literalOf(expression.hcl);
  return literal === undefined ? !/^\s*[[{]/.test(expression.hcl) : ['string', 'null'].includes(literal.kind);
}
