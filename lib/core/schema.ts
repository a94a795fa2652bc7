import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ConfigurationError } from './errors.ts';

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
 */
export async function validate<Output>(schema: Schema<Output>, value: unknown, what: string): Promise<Output> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return result.value;
  throw new ConfigurationError(`${what} does not fit: ${result.issues.map(describeIssue).join('; ')}`);
}

/** Tells whether a value fits a schema. */
export async function fits(schema: Schema, value: unknown): Promise<boolean> {
  return (await schema['~standard'].validate(value)).issues === undefined;
}

function describeIssue({ path, message }: StandardSchemaV1.Issue): string {
  const field = (path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.');
  return field === '' ? message : `${field}: ${message}`;
}
