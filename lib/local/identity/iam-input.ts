import type { PolicyDocument } from '../kernel/kernel.ts';
import type { QueryStructure } from '../wire/query-input.ts';
import { malformedPolicy, validationError } from './iam-errors.ts';
import { type PolicyUse, readPolicy } from './policy/check-policy.ts';

/** A parameter that must be given. @throws AwsError ValidationError */
export function textOf(input: QueryStructure, name: string): string {
  const value = optionalText(input, name);
  if (value !== undefined) return value;
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  throw validationError(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A parameter that may be absent. */
export function optionalText(input: QueryStructure, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

/** The longest description of a role or policy, in characters (IAM API Reference). */
const LONGEST_DESCRIPTION = 1000;

/** A description, which may be absent. @throws AwsError ValidationError */
export function descriptionOf(input: QueryStructure): string | undefined {
  const text = optionalText(input, 'Description');
  if (text === undefined || text.length <= LONGEST_DESCRIPTION) return text;
  throw validationError(
    `1 validation error detected: Value '${text}' at 'description' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_DESCRIPTION}`,
  );
}

/** A list of texts; empty when it is absent. */
export function textsOf(input: QueryStructure, name: string): readonly string[] {
  const value = input[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Tags as IAM's answers have them. */
export function tagList(tags: Readonly<Record<string, string>> = {}): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A policy document that must be given. @throws AwsError ValidationError, MalformedPolicyDocument */
export function documentOf(input: QueryStructure, name: string, use: PolicyUse): PolicyDocument {
  return readPolicy(textOf(input, name), use, malformedPolicy);
}

/** A document as IAM's answers have it: JSON in URL encoding. */
export function encodeDocument(document: PolicyDocument): string {
  return encodeURIComponent(JSON.stringify(document));
}

/** A time as IAM's answers have it, to the second. @param ms - simulated milliseconds since the epoch */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A path: it begins and ends with a slash. @throws AwsError ValidationError */
export function pathOf(input: QueryStructure): string {
  const path = optionalText(input, 'Path') ?? '/';
  if (/^(?:\/|\/[\x21-\x7e]+\/)$/.test(path)) return path;
  throw validationError(
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  );
}

/** A name of an IAM resource. @throws AwsError ValidationError */
export function nameOf(input: QueryStructure, name: string, longest: number): string {
  const text = textOf(input, name);
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  if (text.length > longest) {
    throw validationError(
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${longest}`,
    );
  }
  if (/^[\w+=,.@-]+$/.test(text)) return text;
  throw validationError(
    `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  );
}

/** One page of a list, by `MaxItems` (100 unless given) and `Marker`. */
export function pageOf<Item>(
  input: QueryStructure,
  items: readonly Item[],
): { page: readonly Item[]; IsTruncated: boolean; Marker?: string } {
  const start = Number(optionalText(input, 'Marker') ?? 0) || 0;
  const end = start + (Number(optionalText(input, 'MaxItems') ?? 100) || 100);
  const page = items.slice(start, end);
  return end < items.length ? { page, IsTruncated: true, Marker: String(end) } : { page, IsTruncated: false };
}
