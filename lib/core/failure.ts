import type { Decision, FailureCategory } from './decision.ts';
import { isRingbackError } from './errors.ts';
import type { Json } from './outcome.ts';

const MOST_CAUSES = 5;

const CATEGORIES: Readonly<Record<string, FailureCategory>> = {
  CONFIGURATION: 'configuration',
  PERMISSION: 'permission',
  UNAVAILABLE: 'unavailable',
};

/** Names under which AWS SDK errors say that IAM refused. */
const ACCESS_DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError(Exception)?)$/;

/** The failed decision that a thrown value becomes. An error's `details` object, where it has one, goes along. */
export function failureOf(thrown: unknown): Decision & { readonly kind: 'failed' } {
  const details = (thrown as { details?: unknown } | null | undefined)?.details;
  return {
    kind: 'failed',
    reason: describeError(thrown),
    category: categoryOf(thrown),
    details: typeof details === 'object' && details !== null ? (details as { [key: string]: Json }) : {},
  };
}

/** One text for a thrown value: its message, with the messages of its causes at the end. */
export function describeError(thrown: unknown): string {
  const parts: string[] = [];
  let current = thrown;
  for (let depth = 0; depth < MOST_CAUSES && current !== undefined && current !== null; depth++) {
    parts.push(describeOne(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  // A message often repeats its cause's already.
  const told = parts.filter((part, index) => !parts.slice(0, index).some((earlier) => earlier.includes(part)));
  return told.join('; caused by: ') || `the logic threw ${String(thrown)}`;
}

function describeOne(value: unknown): string {
  if (value instanceof Error) {
    const plain = value.name === 'Error' || isRingbackError(value);
    if (value.message === '') return value.name;
    return plain ? value.message : `${value.name}: ${value.message}`;
  }
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

function categoryOf(thrown: unknown): FailureCategory {
  if (isRingbackError(thrown)) return CATEGORIES[thrown.code] ?? 'failed';
  if (thrown instanceof Error && ACCESS_DENIED.test(thrown.name)) return 'permission';
  return 'failed';
}
