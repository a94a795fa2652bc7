import { isSecretMember } from './secret-members.ts';

/** The deepest level, and the most members of one level, that are shown. */
const DEEPEST = 8;
const MOST_MEMBERS = 100;
const WITHHELD = '[withheld]';

/**
 * A copy of any value that can be printed: secrets withheld in texts, names and stacks, and by the names of members. It
 * reads everything once and survives whatever is read: getters that throw, circles, revoked proxies.
 */
export function printable(value: unknown, redact: (text: string) => string): unknown {
  return copy(value, redact, []);
}

function copy(value: unknown, redact: (text: string) => string, path: readonly unknown[]): unknown {
  switch (typeof value) {
    case 'string':
      return redact(value);
    case 'bigint':
      return String(value);
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
    return copyObject(value, redact, [...path, value]);
  } catch {
    return '[unreadable]';
  }
}

function copyObject(value: object, redact: (text: string) => string, path: readonly unknown[]): unknown {
  if (value instanceof Error) return copyError(value, redact, path);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return copyObject([...value], redact, path);
  if (Array.isArray(value)) return value.slice(0, MOST_MEMBERS).map((item) => copy(item, redact, path));
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return copy(toJSON.call(value), redact, path);
  return Object.fromEntries(members(value, redact, path));
}

function members(value: object, redact: (text: string) => string, path: readonly unknown[]): [string, unknown][] {
  return Object.keys(value)
    .slice(0, MOST_MEMBERS)
    .map((name) => [redact(name), copyMember(value, name, redact, path)]);
}

function copyMember(value: object, name: string, redact: (text: string) => string, path: readonly unknown[]): unknown {
  let member: unknown;
  try {
    member = (value as Record<string, unknown>)[name];
  } catch {
    return '[unreadable]';
  }
  const isShown = member === undefined || member === null || typeof member === 'boolean';
  return isSecretMember(name) && !isShown ? WITHHELD : copy(member, redact, path);
}

/** An error stays one, so that the logger shows it as such. */
function copyError(error: Error, redact: (text: string) => string, path: readonly unknown[]): Error {
  const text = (name: 'name' | 'message' | 'stack') => {
    const member = copyMember(error, name, redact, path);
    return typeof member === 'string' ? member : `[${typeof member}]`;
  };
  const clean = new Error(text('message'));
  const cause = copyMember(error, 'cause', redact, path);
  const hidden = { name: text('name'), stack: text('stack'), ...(cause === undefined ? {} : { cause }) };
  for (const [name, value] of Object.entries(hidden)) Object.defineProperty(clean, name, { value, configurable: true });
  for (const [name, value] of members(error, redact, path)) {
    if (!(name in hidden) && name !== 'message') Object.defineProperty(clean, name, { value, enumerable: true });
  }
  return clean;
}
