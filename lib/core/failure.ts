import type { End, FailureCategory } from './decision.ts';
import { codeOf } from './errors.ts';
import { isError } from './is-error.ts';
import { readable, UNREADABLE } from './secrets/printable.ts';
import { isBlank } from './secrets/strip-controls.ts';

/** The most errors that one text tells, and that are walked to the last. */
const MOST_CAUSES = 5;
const MOST_WALKED = 100;

const CATEGORIES: Readonly<Record<string, FailureCategory>> = {
  CONFIGURATION: 'configuration',
  PERMISSION: 'permission',
  UNAVAILABLE: 'unavailable',
};

/** Names under which AWS SDK errors say that IAM refused. */
const ACCESS_DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError(Exception)?)$/;

/** The failure that a thrown value becomes. An error's `details` object, where it has one, goes along. */
export function failureOf(thrown: unknown): End & { readonly kind: 'failed' } {
  const details = read(() => (thrown as { details?: unknown }).details);
  return {
    kind: 'failed',
    reason: describeError(thrown),
    category: read(() => categoryOf(thrown)) ?? 'failed',
    details: typeof details === 'object' && details !== null ? (details as End['details']) : {},
  };
}

/**
 * One text for a thrown value: its message, with the messages of its causes at the end. Of many the first and the last are
 * told, since there stands what all began with, and how many stand between. Never throws.
 */
export function describeError(thrown: unknown): string {
  const causes = causesOf(thrown);
  const told: string[] = [];
  const tell = (cause: unknown) => {
    const text = read(() => describeOne(cause)) ?? 'something that cannot be read';
    // A message often repeats its cause's already.
    if (!told.some((earlier) => earlier.includes(text))) told.push(text);
  };
  let at = 0;
  for (; at < causes.length && told.length < MOST_CAUSES - 1; at++) tell(causes[at]);
  const untold = causes.length - at - 1;
  if (untold > 0) told.push(`${told.pop()}; and ${causes.length < MOST_WALKED ? '' : 'more than '}${untold} more`);
  if (untold >= 0) tell(causes.at(-1));
  return told.join('; caused by: ') || `the logic threw ${thrown === '' ? 'an empty text' : String(thrown)}`;
}

/** An error with what an AggregateError holds, and a SuppressedError: what `using` throws where both body and disposal did. */
interface AnyError extends Error {
  readonly errors?: unknown;
  readonly error?: unknown;
  readonly suppressed?: unknown;
}

/** A thrown value and what it stands for, breadth first: its cause, and the errors that it holds. */
function causesOf(thrown: unknown): readonly unknown[] {
  const found = [thrown].filter((value) => value !== undefined && value !== null);
  for (let at = 0; at < found.length && found.length < MOST_WALKED; at++) {
    const one = found[at];
    if (!isError(one)) continue;
    const holds: AnyError = one;
    const errors = read(() => holds.errors);
    const more = [
      read(() => holds.cause),
      ...(read(() => (Array.isArray(errors) ? errors.slice(0, MOST_WALKED) : [])) ?? []),
      // What was thrown first, and began it all, is the one that the other suppressed.
      read(() => holds.suppressed),
      read(() => (holds.suppressed === undefined ? undefined : holds.error)),
    ];
    found.push(...more.filter((value) => value !== undefined && value !== null && !found.includes(value)));
  }
  return found.slice(0, MOST_WALKED);
}

function describeOne(value: unknown): string {
  if (!isError(value)) return textOf(value);
  // Without a prototype it has neither.
  const name = read(() => textOf(value.name ?? '')) || 'Error';
  const message = read(() => textOf(value.message ?? '')) ?? 'a message that cannot be read';
  if (isBlank(message)) return name;
  return name === 'Error' || codeOf(value) !== undefined ? message : `${name}: ${message}`;
}

/**
 * A text as it is, and anything else as JSON, without what the names of members tell to be a secret: a client's request
 * often is among them.
 */
function textOf(value: unknown): string {
  const shown = typeof value === 'object' ? readable(value) : undefined;
  if (typeof shown === 'string' && shown !== UNREADABLE) return shown;
  const json = shown === UNREADABLE ? undefined : JSON.stringify(shown, errorsAsTexts);
  // Of a Response JSON tells nothing; its own text tells what it is.
  const tellsNothing = json === '{}' && !isPlain(value);
  return (
    (tellsNothing ? undefined : json) ?? read(() => String(value)) ?? json ?? `${typeof value} that cannot be read`
  );
}

function isPlain(value: unknown): boolean {
  return [null, Object.prototype].includes(read(() => Object.getPrototypeOf(value)) as null);
}

/** Of an error within a value. In a copy its name and message are texts, which they need not be in what was thrown. */
function errorsAsTexts(_name: string, member: unknown): unknown {
  return isError(member) ? describeOne(member) : member;
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
  const code = codeOf(thrown);
  if (code !== undefined) return CATEGORIES[code] ?? ownCategory(thrown as object) ?? 'failed';
  if (isError(thrown) && ACCESS_DENIED.test(thrown.name)) return 'permission';
  return 'failed';
}
