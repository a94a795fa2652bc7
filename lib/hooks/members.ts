/** Tells whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of this name, in whichever case it is spelled. */
export function member(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  const spelled = Object.keys(value).find((key) => key.toLowerCase() === name.toLowerCase());
  return spelled === undefined ? undefined : value[spelled];
}

/** The member as a text with something in it; undefined for anything else. */
export function textMember(value: unknown, name: string): string | undefined {
  const text = member(value, name);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** The member as an object; an empty one for anything else. */
export function objectMember(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const object = member(value, name);
  return isObject(object) ? object : {};
}

const MOST_NAMES = 10;

/** A value by the names of its members alone: what they hold may be a secret. */
export function memberNames(value: unknown): string {
  if (!isObject(value)) return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  const names = Object.keys(value).map((name) => JSON.stringify(name.slice(0, 100)));
  if (names.length === 0) return 'an object without members';
  return `an object with ${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', ...' : ''}`;
}
