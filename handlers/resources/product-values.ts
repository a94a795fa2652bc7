import { ConfigurationError } from 'ringback/servicecatalog';
import type { ProductDefinition } from './product-definition.ts';

/** Values of parameters by key. */
export type Values = Readonly<Record<string, string>>;

/**
 * The values of all parameters: those of the request, or else of before, or else the defaults.
 *
 * @throws ConfigurationError naming every parameter that is missing, unknown or not allowed
 */
export function resolveValues({ parameters }: ProductDefinition, given: Values, before: Values = {}): Values {
  const problems: string[] = [];
  const unknown = Object.keys(given).filter((key) => !parameters.some((parameter) => parameter.key === key));
  if (unknown.length > 0) problems.push(`${unknown.join(', ')}: no such parameter`);
  const values = parameters.flatMap((parameter) => {
    const { key, allowed } = parameter;
    const value = given[key] ?? before[key] ?? parameter.default;
    if (value === undefined) problems.push(`${key}: a value is needed`);
    else if (allowed !== undefined && !allowed.includes(value))
      problems.push(`${key}: must be one of ${allowed.join(', ')}`);
    else return [[key, value] as const];
    return [];
  });
  if (problems.length > 0) throw new ConfigurationError(problems.join('; '));
  return Object.fromEntries(values);
}
