import { isBoxedPrimitive } from 'node:util/types';
import { isError } from '../is-error.ts';
import { LONGEST_WHOLE } from './redactor.ts';
import { isSecretPlace } from './secret-members.ts';

/** The deepest level, and the most members of one level, that are shown. */
const DEEPEST = 8;
const MOST_MEMBERS = 100;
/**
 * The most values and characters of one line, so that an object which leads to half of a program, such as a client's
 * request, costs no seconds, and CloudWatch takes the line whole: 256 KB is the least that it has taken.
 */
const MOST_VALUES = 2_000;
const MOST_CHARACTERS = 200_000;
const WITHHELD = '[withheld]';
/** What stands for a value that throws when it is read. */
export const UNREADABLE = '[unreadable]';

/** One copy in the making. */
interface Copying {
  readonly redact: (text: string) => string;
  /** The objects that lead to where the copy stands. */
  readonly path: readonly unknown[];
  /** What may still be shown. */
  readonly left: { values: number; characters: number };
  /** Whether a text that is too long may be cut: it may where its secrets were taken out before. */
  readonly cuts: boolean;
}

/**
 * A copy of any value that can be printed: secrets withheld in texts, names and stacks, and by the names of members. It
 * reads everything once and survives whatever is read: getters that throw, circles, revoked proxies. What is too much for
 * one line is left out, and says so.
 */
export function printable(value: unknown, redact: (text: string) => string): unknown {
  return copy(value, { redact, path: [], left: atMost(), cuts: true });
}

/**
 * The same copy where the secrets are not known yet: members are withheld by their names, and a text that is too long is
 * left out whole, since a part of a secret would not be recognised afterwards.
 */
export function readable(value: unknown): unknown {
  return copy(value, { redact: (text) => text, path: [], left: atMost(), cuts: false });
}

function atMost(): Copying['left'] {
  return { values: MOST_VALUES, characters: MOST_CHARACTERS };
}

function copy(value: unknown, copying: Copying): unknown {
  const { path, left } = copying;
  if (left.values-- <= 0) return '[more]';
  switch (typeof value) {
    case 'string':
      return copyText(value, copying);
    case 'bigint':
      return copyText(String(value), copying);
    case 'number':
    case 'boolean':
      return copyPlain(value, copying);
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (path.includes(value)) return '[circular]';
  if (path.length >= DEEPEST) return '[deeper]';
  try {
    return copyObject(value, { ...copying, path: [...path, value] });
  } catch {
    return UNREADABLE;
  }
}

/** Redacted before it is cut: a part of a secret is not recognised. Of a long text the beginning and the end matter. */
function copyText(text: string, { redact, left, cuts }: Copying): string {
  const room = Math.max(0, left.characters);
  // Nothing of it is shown, so nothing has to be looked for.
  if (room === 0 && cuts && text !== '') return `[${text.length} characters more]`;
  const whole = redact(text);
  left.characters -= whole.length;
  if (whole.length <= room) return whole;
  if (!cuts) return `[${whole.length} characters]`;
  const half = Math.floor(room / 2);
  const shown = [whole.slice(0, half), whole.slice(whole.length - half)] as const;
  // Of the longest ones the redactor gives the ends alone.
  const length = text.length > LONGEST_WHOLE ? text.length : whole.length;
  return `${shown[0]}[${length - 2 * half} characters more]${shown[1]}`.toWellFormed();
}

/** As it is, but where its text has a secret: a PIN is one also where it was read as a number. */
function copyPlain(value: number | boolean, copying: Copying): unknown {
  const text = String(value);
  const shown = copyText(text, copying);
  return shown === text ? value : shown;
}

function copyObject(value: object, copying: Copying): unknown {
  if (isError(value)) return copyError(value, copying);
  if (isBoxedPrimitive(value)) return copy(value.valueOf(), copying);
  if (value instanceof Date) {
    return copyText(Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString(), copying);
  }
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return copyObject([...value], copying);
  if (Array.isArray(value)) {
    return value.slice(0, MOST_MEMBERS).map((_item, index) => copyMember(value, String(index), copying));
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return copy(toJSON.call(value), copying);
  return Object.fromEntries(members(value, copying));
}

function members(value: object, copying: Copying): [string, unknown][] {
  return Object.keys(value)
    .slice(0, MOST_MEMBERS)
    .map((name) => [copyText(name, copying), copyMember(value, name, copying)]);
}

function copyMember(value: object, name: string, copying: Copying): unknown {
  try {
    const member = (value as Record<string, unknown>)[name];
    return isSecretPlace(value, name, member) ? WITHHELD : copy(member, copying);
  } catch {
    return UNREADABLE;
  }
}

/** What an AggregateError and a SuppressedError hold, and do not list. */
const HELD_ERRORS: readonly string[] = ['errors', 'suppressed', 'error'];

/** An error stays one, so that the logger shows it as such. */
function copyError(error: Error, copying: Copying): Error {
  const text = (name: 'name' | 'message' | 'stack') => {
    const member = copyMember(error, name, copying);
    return typeof member === 'string' ? member : `[${typeof member}]`;
  };
  // The shortest first: a long message may take all the room there is.
  const name = text('name');
  const clean = new Error(text('message'));
  const hidden: Record<string, unknown> = { name, stack: text('stack') };
  for (const held of ['cause', ...HELD_ERRORS]) {
    const value = copyMember(error, held, copying);
    if (value !== undefined) hidden[held] = value;
  }
  for (const [name, value] of Object.entries(hidden)) {
    Object.defineProperty(clean, name, { value, configurable: true, enumerable: HELD_ERRORS.includes(name) });
  }
  for (const [name, value] of members(error, copying)) {
    if (!(name in hidden) && name !== 'message') Object.defineProperty(clean, name, { value, enumerable: true });
  }
  return clean;
}
