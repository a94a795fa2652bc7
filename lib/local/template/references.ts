import { isRecord } from './is-record.ts';
import { substitutions } from './substitutions.ts';

/** One name that an expression refers to by `Ref`, `Fn::GetAtt` or `Fn::Sub`. */
export interface Reference {
  readonly name: string;
  /** The place of the reference in its template. */
  readonly at: string;
}

/**
 * Everything that an expression refers to.
 *
 * @param condition Given, only the branch of each `Fn::If` that it takes counts; otherwise both do.
 */
export function referencesOf(expression: unknown, at: string, condition?: (name: string) => boolean): Reference[] {
  if (Array.isArray(expression)) {
    return expression.flatMap((entry, index) => referencesOf(entry, `${at}[${index}]`, condition));
  }
  if (!isRecord(expression)) return [];
  const entries = Object.entries(expression);
  const [key, argument] = entries[0] ?? [];
  if (entries.length === 1 && key !== undefined) {
    const place = `${at}.${key}`;
    if (key === 'Ref') return typeof argument === 'string' ? [{ name: argument, at: place }] : [];
    if (key === 'Fn::GetAtt') return attributeReferences(argument, place, condition);
    if (key === 'Fn::Sub') return substitutionReferences(argument, place, condition);
    if (key === 'Fn::If' && condition !== undefined && Array.isArray(argument) && typeof argument[0] === 'string') {
      const branch = condition(argument[0]) ? 1 : 2;
      return referencesOf(argument[branch], `${place}[${branch}]`, condition);
    }
  }
  return entries.flatMap(([name, value]) => referencesOf(value, `${at}.${name}`, condition));
}

function attributeReferences(argument: unknown, at: string, condition?: (name: string) => boolean): Reference[] {
  if (typeof argument === 'string') return [{ name: argument.split('.', 1)[0] ?? '', at }];
  if (!Array.isArray(argument) || typeof argument[0] !== 'string') return [];
  return [{ name: argument[0], at }, ...referencesOf(argument.slice(1), at, condition)];
}

function substitutionReferences(argument: unknown, at: string, condition?: (name: string) => boolean): Reference[] {
  const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = isRecord(given) ? given : {};
  const named = typeof text === 'string' ? substitutions(text) : [];
  return [
    ...named.flatMap((part) =>
      part.kind === 'variable' && !Object.hasOwn(variables, part.name) ? [{ name: part.logicalId, at }] : [],
    ),
    ...referencesOf(variables, `${at}[1]`, condition),
  ];
}
