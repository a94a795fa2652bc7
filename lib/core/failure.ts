import type { End, FailureCategory } from './decision.ts';
import { isRingbackError } from './errors.ts';

const MOST_CAUSES = 5;

const CATEGORIES: Readonly<Record<string, FailureCategory>> = {
  CONFIGURATION: 'configuration',
  PERMISSION: 'permission',
  UNAVAILABLE: 'unavailable',
};

/** Names under which AWS SDK errors say that IAM refused. */
const ACCESS_DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError(Exception)?)$/;

/** The failure that a thrown value becomes. An error's `details` object, where it has one, goes along. */
export function failureOf(thrown: unknown): End & { readonly kind: 'failed' } {
  const details = read(() => (thrown as { details?: unknown } | null | undefined)?.details);
  return {
    kind: 'failed',
    reason: describeError(thrown),
    category: read(() => categoryOf(thrown)) ?? 'failed',
    details: typeof details === 'object' && details !== null ? (details as End['details']) : {},
  };
}

/** One text for a thrown value: its message, with the messages of its causes at the end. Never throws. */
export function describeError(thrown: unknown): string {
  const parts: string[] = [];
  let current = thrown;
  for (let depth = 0; depth < MOST_CAUSES && current !== undefined && current !== null; depth++) {
    const one = current;
    parts.push(read(() => describeOne(one)) ?? 'something that cannot be read');
    current = read(() => (one instanceof Error ? one.cause : undefined));
  }
  // A message often repeats its cause's already.
  const told = parts.filter((part, index) => !parts.slice(0, index).some((earlier) => earlier.includes(part)));
  return told.join('; caused by: ') || `the logic threw ${String(thrown)}`;
}

function describeOne(value: unknown): string {
  if (!(value instanceof Error)) return typeof value === 'string' ? value : jsonText(value);
  const name = read(() => textOf(value.name)) || 'Error';
  const message = read(() => textOf(value.message)) ?? 'a message that cannot be read';
  if (message === '') return name;
  return name === 'Error' || isRingbackError(value) ? message : `${name}: ${message}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value);
}

function jsonText(value: unknown): string {
  return read(() => JSON.stringify(value)) ?? read(() => String(value)) ?? `${typeof value} that cannot be read`;
}

/** What is thrown may be anything: a getter that throws, a revoked proxy. Undefined where it cannot be read. */
function read<Value>(get: () => Value): Value | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

/** An error that stands for many failures tells the category of this one. */
function ownCategory(thrown: object): FailureCategory | undefined {
  const { category } = thrown as { readonly category?: unknown };
  return Object.values(CATEGORIES).find((known) => known === category);
}

function categoryOf(thrown: unknown): FailureCategory {
  if (isRingbackError(thrown)) return CATEGORIES[thrown.code] ?? ownCategory(thrown) ?? 'failed';
  if (thrown instanceof Error && ACCESS_DENIED.test(thrown.name)) return 'permission';
  return 'failed';
}
