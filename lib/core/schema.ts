import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ConfigurationError, InvalidOptionError } from './errors.ts';
import type { Json } from './json.ts';

/** Any schema of the Standard Schema kind: Zod, Valibot, ArkType, ... */
export type Schema<Output = unknown> = StandardSchemaV1<unknown, Output>;

/** Tells whether a value is a schema of the Standard Schema kind. */
export function isSchema(value: unknown): value is Schema {
  const { '~standard': standard } = (value ?? {}) as { readonly '~standard'?: { readonly validate?: unknown } };
  return typeof standard?.validate === 'function';
}

/**
 * Checks a value against a schema.
 *
 * @param what - what the value is, for the message: `UserParameters`
 * @throws ConfigurationError naming each field and what is wrong with it, without its value
 * @throws InvalidOptionError when the schema answers as no Standard Schema does
 * @throws whatever the schema throws
 */
export async function validate<Output>(schema: Schema<Output>, value: unknown, what: string): Promise<Output> {
  const result = await check(schema, value);
  if (result === undefined) {
    throw new InvalidOptionError(
      `the schema of ${what} is not a Standard Schema: its validate must give { value } or { issues }`,
    );
  }
  if ('value' in result) return result.value;
  const issues = result.issues.map(describeIssue).join('; ');
  throw new ConfigurationError(
    `${what} does not fit${issues === '' ? ', and its schema does not say why' : `: ${issues}`}`,
  );
}

/**
 * The state that an earlier run left, as a schema makes it; as it is where there is no schema, or no state.
 *
 * @param what - which state it is, for the message
 * @throws ConfigurationError, InvalidOptionError as {@link validate}
 */
export async function readState<State>(
  schema: Schema<State> | undefined,
  state: Json | undefined,
  what: string = 'the state that the last run left',
): Promise<State | undefined> {
  if (state === undefined || schema === undefined) return state as State | undefined;
  return validate(schema, state, what);
}

/** Tells whether a value fits a schema. One that throws, since it was made for values of another kind, is not fitted. */
export async function fits(schema: Schema, value: unknown): Promise<boolean> {
  const result = await check(schema, value).catch(() => undefined);
  return result !== undefined && 'value' in result;
}

/** What a schema makes of a value; undefined for what is no answer of a Standard Schema: a program without types gave it. */
async function check<Output>(
  schema: Schema<Output>,
  value: unknown,
): Promise<{ readonly value: Output } | { readonly issues: readonly unknown[] } | undefined> {
  const result: unknown = await schema['~standard'].validate(value);
  if (typeof result !== 'object' || result === null) return undefined;
  const { issues } = result as { readonly issues?: unknown };
  // Other readers of Standard Schemas ask `if (result.issues)`, and so there are schemas that give `issues: null`.
  if (issues) return { issues: Array.isArray(issues) ? issues : [issues] };
  return 'value' in result ? { value: result.value as Output } : undefined;
}

function describeIssue(issue: unknown): string {
  const { path, message } = (typeof issue === 'object' && issue !== null ? issue : { message: issue }) as {
    readonly path?: unknown;
    readonly message?: unknown;
  };
  const field = (Array.isArray(path) ? path : []).map((segment) => String(keyOf(segment))).join('.');
  const text = typeof message === 'string' ? message : 'does not fit';
  return field === '' ? text : `${field}: ${text}`;
}

/** The key that a segment of a path is, or holds. */
function keyOf(segment: unknown): PropertyKey {
  const key = typeof segment === 'object' && segment !== null ? (segment as { readonly key?: unknown }).key : segment;
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'symbol' ? key : '?';
}
