import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Variable } from './configuration/configuration.ts';
import { literalIn } from './configuration/expression.ts';
import { typeOf } from './configuration/type-of.ts';
import { EngineFailure } from './failure.ts';
import { jsonOf, literalOf } from './hcl/literal.ts';

/**
 * Writes the values of variables into a file that only this user can read, and gives its path. A file, and not the
 * environment, which every provider and provisioner would inherit, and which holds no value over 128 KiB.
 *
 * @throws EngineFailure naming a parameter whose value cannot be one of its variable's type; never the value
 */
export async function writeVariables(
  folder: string,
  variables: readonly Variable[],
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const members = variables.flatMap((variable) => {
    const text = Object.hasOwn(parameters, variable.name) ? parameters[variable.name] : undefined;
    const value = text === undefined ? undefined : toJson(variable, text);
    return value === undefined ? [] : [`${JSON.stringify(variable.name)}: ${value}`];
  });
  const file = path.join(folder, `${randomUUID()}.tfvars.json`);
  await writeFile(file, `{${members.join(',\n')}}`, { mode: 0o600, flag: 'wx' });
  return file;
}

/** A value as JSON text, so that no number loses digits; undefined where the form was left empty and the default stands. */
function toJson(variable: Variable, text: string): string | undefined {
  const shape = shapeOf(variable);
  // A form cannot leave a field out: for what is no text, an empty one means that nothing was said.
  if (text === '' && (shape !== 'string' || isNull(variable))) return undefined;
  if (shape === 'string') return JSON.stringify(text);
  if (shape === 'primitive') return text.trim() === 'null' ? 'null' : JSON.stringify(text.trim());
  if (isJson(text)) return text;
  const literal = /^\s*[[{]/.test(text) ? literalOf(text) : undefined;
  if (literal !== undefined) return jsonOf(literal);
  if (shape === 'any') return JSON.stringify(text);
  throw new EngineFailure(
    'configuration',
    'caller',
    `the parameter ${variable.name} must be of the type ${variable.type}, written as JSON or in Terraform's language, such as ${exampleOf(variable.type ?? '')}`,
  );
}

function shapeOf(variable: Variable): 'string' | 'primitive' | 'any' | 'complex' {
  const type = typeOf(variable);
  if (type === 'string' || type === 'any') return type;
  return type === 'number' || type === 'bool' ? 'primitive' : 'complex';
}

function isNull({ default: value }: Variable): boolean {
  if (value === undefined) return false;
  return literalIn(value)?.kind === 'null';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function exampleOf(type: string): string {
  return /^(list|set|tuple)/.test(type) ? '["one", "two"]' : '{"key": "value"}';
}
