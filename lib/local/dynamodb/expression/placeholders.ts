import type { AttributeValue } from '../attribute-value.ts';
import { checkValue } from '../check-value.ts';
import { validationError } from '../validation-error.ts';
import type { DocumentPath, Parsed, PathElement } from './grammar.ts';
import { ExpressionError } from './token.ts';

/** What the placeholders of a request's expressions stand for. */
export interface Placeholders {
  /** By placeholder, such as `#name`. */
  readonly names: Readonly<Record<string, string>>;
  /** By placeholder, such as `:value`. */
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/** Those of a request without any. */
export const NO_PLACEHOLDERS: Placeholders = { names: {}, values: {} };

/** A document path whose placeholders are replaced. */
export function resolvePath(path: DocumentPath, { names }: Placeholders): DocumentPath {
  return path.map(
    (element): PathElement =>
      typeof element === 'string' && element.startsWith('#') ? (names[element] ?? element) : element,
  );
}

/** Checks ExpressionAttributeNames and ExpressionAttributeValues by themselves. @throws AwsError ValidationException */
export function readPlaceholders(
  names: Readonly<Record<string, string>> | undefined,
  values: Readonly<Record<string, AttributeValue>> | undefined,
): Placeholders {
  if (names !== undefined) checkKeys('ExpressionAttributeNames', Object.keys(names), /^#\w+$/);
  if (values === undefined) return { names: names ?? {}, values: {} };
  checkKeys('ExpressionAttributeValues', Object.keys(values), /^:\w+$/);
  const checked = Object.entries(values).map(([key, value]) => [key, checkPlaceholder(key, value)] as const);
  return { names: names ?? {}, values: Object.fromEntries(checked) };
}

/** Refuses an expression with placeholders that the request does not define. @throws ExpressionError */
export function checkDefined(parsed: Parsed<unknown>, { names, values }: Placeholders): void {
  for (const name of parsed.names) {
    if (Object.hasOwn(names, name)) continue;
    throw new ExpressionError(
      `An expression attribute name used in the document path is not defined; attribute name: ${name}`,
    );
  }
  for (const value of parsed.values) {
    if (Object.hasOwn(values, value)) continue;
    throw new ExpressionError(
      `An expression attribute value used in expression is not defined; attribute value: ${value}`,
    );
  }
}

/** Refuses placeholders that no expression of the request uses. @throws AwsError ValidationException */
export function checkUsed({ names, values }: Placeholders, expressions: readonly Parsed<unknown>[]): void {
  const unused = (given: object, used: (parsed: Parsed<unknown>) => ReadonlySet<string>) =>
    Object.keys(given).filter((key) => !expressions.some((parsed) => used(parsed).has(key)));
  refuseUnused(
    'ExpressionAttributeNames',
    unused(names, (parsed) => parsed.names),
  );
  refuseUnused(
    'ExpressionAttributeValues',
    unused(values, (parsed) => parsed.values),
  );
}

function checkKeys(parameter: string, keys: readonly string[], form: RegExp): void {
  if (keys.length === 0) throw validationError(`${parameter} must not be empty`);
  const wrong = keys.find((key) => !form.test(key));
  if (wrong !== undefined) throw validationError(`${parameter} contains invalid key: Syntax error; key: "${wrong}"`);
}

function checkPlaceholder(key: string, value: AttributeValue): AttributeValue {
  try {
    return checkValue(value);
  } catch (error) {
    const { message } = error as Error;
    throw validationError(`ExpressionAttributeValues contains invalid value: ${message} for key ${key}`);
  }
}

function refuseUnused(parameter: string, keys: readonly string[]): void {
  if (keys.length === 0) return;
  throw validationError(`Value provided in ${parameter} unused in expressions: keys: {${keys.join(', ')}}`);
}
