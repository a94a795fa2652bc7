import type { PropertySchema, TypeSchema } from '../type-schema.ts';

/** Names by which entries of a list are told apart, where every entry has one of its own. */
const KEYS = ['Key', 'key', 'Id', 'Name', 'AttributeName', 'IndexName'];
/** Tags that only AWS may set. */
const SYSTEM_TAG = /^aws:/;

type Members = Readonly<Record<string, unknown>>;

/**
 * Whether a live value already is what is desired: services fill in defaults, so what is desired has to be there, and
 * more may be. Lists are compared in order, unless the type says that order does not matter or entries have keys.
 *
 * @param schema - of the value; undefined where it is not known
 */
export function isAsDesired(
  live: unknown,
  desired: unknown,
  schema: PropertySchema | undefined,
  resolve: TypeSchema['resolve'],
): boolean {
  const [one, other] = sameForm(live, desired);
  const resolved = resolve(schema);
  if (Array.isArray(one) && Array.isArray(other)) return isListAsDesired(one, other, resolved, resolve);
  if (!isObject(one) || !isObject(other)) return isSameScalar(one, other);
  const properties = resolved?.properties;
  if (properties === undefined && Object.keys(one).length !== Object.keys(other).length) return false;
  return Object.entries(other).every(([name, value]) =>
    value === null ? !Object.hasOwn(one, name) : isAsDesired(one[name], value, properties?.[name], resolve),
  );
}

function isListAsDesired(
  live: readonly unknown[],
  desired: readonly unknown[],
  schema: PropertySchema | undefined,
  resolve: TypeSchema['resolve'],
): boolean {
  const present = live.filter((entry) => !(isObject(entry) && SYSTEM_TAG.test(String(entry.Key ?? ''))));
  if (present.length !== desired.length) return false;
  const fits = (one: unknown, other: unknown) => isAsDesired(one, other, schema?.items, resolve);
  const key = keyOf(present, desired);
  if (key !== undefined) {
    const byKey = new Map(present.map((entry) => [(entry as Members)[key], entry]));
    return desired.every((entry) => fits(byKey.get((entry as Members)[key]), entry));
  }
  if (schema?.insertionOrder !== false) return desired.every((entry, index) => fits(present[index], entry));
  const left = [...present];
  return desired.every((entry) => {
    const at = left.findIndex((one) => fits(one, entry));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** Numbers and flags come back as text from some services. */
function isSameScalar(one: unknown, other: unknown): boolean {
  const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  return one === other || (isScalar(one) && isScalar(other) && String(one) === String(other));
}

function keyOf(...lists: readonly (readonly unknown[])[]): string | undefined {
  return KEYS.find((name) =>
    lists.every((list) => {
      const keys = list.map((entry) => (isObject(entry) ? entry[name] : undefined));
      return keys.every((value) => typeof value === 'string') && new Set(keys).size === list.length;
    }),
  );
}

/** Policies come as objects and as their JSON text: the same, whichever way. */
function sameForm(live: unknown, desired: unknown): readonly [unknown, unknown] {
  if (typeof live === 'string' && typeof desired === 'object') return [parsed(live), desired];
  if (typeof desired === 'string' && typeof live === 'object' && live !== null) return [live, parsed(desired)];
  return [live, desired];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether a value has members. */
export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
