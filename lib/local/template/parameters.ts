import { AssemblyError } from './assembly-error.ts';
import { parameterProblem } from './parameter-problem.ts';
import type { TemplateParameter } from './template.ts';

/**
 * The values of a template's parameters: those given, else the defaults. Lists come as lists.
 *
 * A parameter that CloudFormation would read from SSM has the name of that SSM parameter as its value.
 *
 * @throws AssemblyError `ParameterMissing` for a parameter with neither, `ParameterUnknown` for a value that is given to none,
 * `ParameterInvalid` for one that breaks the constraints of its parameter
 */
export function parameterValues(
  stackName: string,
  parameters: Readonly<Record<string, TemplateParameter>>,
  given: Readonly<Record<string, unknown>>,
): Map<string, unknown> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(parameters, name));
  if (unknown.length > 0) {
    const known = Object.keys(parameters).join(', ');
    throw new AssemblyError(
      'ParameterUnknown',
      `stack ${stackName} has no parameter ${unknown.join(', ')}; it has ${known === '' ? 'none' : known}`,
    );
  }
  return new Map(
    Object.entries(parameters).map(([name, parameter]) => {
      const value = Object.hasOwn(given, name) ? given[name] : parameter.Default;
      if (value === undefined) {
        throw new AssemblyError(
          'ParameterMissing',
          `parameter ${name} of stack ${stackName} has no default: give it a default or a value`,
        );
      }
      const read = isList(parameter.Type) ? listFrom(value) : String(value);
      const problem = parameterProblem(parameter, [read].flat());
      if (problem !== undefined) {
        throw new AssemblyError('ParameterInvalid', `parameter ${name} of stack ${stackName} ${problem}`);
      }
      return [name, read];
    }),
  );
}

function isList(type: unknown): boolean {
  return typeof type === 'string' && /CommaDelimitedList|List</.test(type);
}

function listFrom(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return value === ''
    ? []
    : String(value)
        .split(',')
        .map((entry) => entry.trim());
}
