import { ConfigurationError } from '../core/errors.ts';
import type { TypeSchema } from './type-schema.ts';

/**
 * What identifies a resource: the identifier as Cloud Control has it, or the properties that it is made of by name, such
 * as `{ RestApiId, StageName }`, which are put together in the order of the type.
 */
export type ResourceIdentifier = string | Readonly<Record<string, string>>;

/** Stands between the parts of an identifier (Cloud Control API User Guide, "Identifying resources"). */
const SEPARATOR = '|';
/** The longest identifier of the API, in characters. */
const LONGEST = 1_024;

/**
 * The identifier in the form of the API.
 *
 * @param schema - undefined where the role may not ask for it: parts cannot be put in order then
 * @throws ConfigurationError when it does not fit the type
 */
export function identifierText(
  typeName: string,
  identifier: ResourceIdentifier,
  schema: TypeSchema | undefined,
): string {
  const names = schema?.primaryIdentifier.map((path) => path.join('/')) ?? [];
  const text = typeof identifier === 'string' ? identifier : joined(typeName, identifier, names);
  if (text.length > LONGEST) {
    throw new ConfigurationError(`an identifier has at most ${LONGEST} characters, but that of ${typeName} has more`);
  }
  if (names.length > 1) {
    const parts = text.split(SEPARATOR);
    if (parts.length !== names.length || parts.includes('')) {
      const form = names.join(SEPARATOR);
      throw new ConfigurationError(`"${text}" does not identify a resource of ${typeName}; the form is ${form}`);
    }
  }
  return text;
}

function joined(typeName: string, parts: Readonly<Record<string, string>>, names: readonly string[]): string {
  if (names.length === 0) {
    throw new ConfigurationError(
      `the identifier of ${typeName} cannot be put together: the role may not call cloudformation:DescribeType; pass it as one text`,
    );
  }
  const given = Object.keys(parts);
  if (names.some((name) => !parts[name]) || given.some((name) => !names.includes(name))) {
    throw new ConfigurationError(
      `the identifier of ${typeName} is made of ${names.join(', ')}, but got ${given.join(', ') || 'nothing'}`,
    );
  }
  return names.map((name) => parts[name]).join(SEPARATOR);
}

/** The identifier that a desired state tells; undefined where AWS gives a part of it. */
export function identifierIn(schema: TypeSchema, state: Readonly<Record<string, unknown>>): string | undefined {
  const parts = schema.primaryIdentifier.map((path) => valueAt(state, path));
  return parts.length > 0 && parts.every((part) => typeof part === 'string' && part !== '')
    ? parts.join(SEPARATOR)
    : undefined;
}

/** The parts of an identifier by the properties that they are. */
export function identifierParts(schema: TypeSchema, identifier: string): Readonly<Record<string, string>> {
  const { primaryIdentifier } = schema;
  const parts = primaryIdentifier.length === 1 ? [identifier] : identifier.split(SEPARATOR);
  return Object.fromEntries(primaryIdentifier.map((path, index) => [path.join('/'), parts[index] ?? '']));
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, segment) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, segment)
        ? (found as Record<string, unknown>)[segment]
        : undefined,
    value,
  );
}
