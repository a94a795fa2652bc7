import { isError } from './is-error.ts';

/** What JSON would lose in silence; the message names the member, and holds none of its content. */
export class LossError extends TypeError {}

/** The object that holds a member, as JSON.stringify hands it on. */
type Holder = Readonly<Record<string, unknown>>;

/**
 * For JSON.stringify: refuses what JSON would lose in silence, such as the content of a Map, a promise or an error, a
 * function that nobody called, and the numbers and moments of which it makes null.
 *
 * @throws LossError
 */
export function withoutLoss(this: Holder, name: string, value: unknown): unknown {
  const none = noneOf(this, name, value);
  const loss = none === undefined ? lossOf(value) : ([none, 'null or a text'] as const);
  if (loss !== undefined) throw lost(name, loss);
  return value;
}

/** For JSON.stringify, where a person reads the result: the same, but what JSON makes null of is a text. */
export function forReaders(this: Holder, name: string, value: unknown): unknown {
  const loss = lossOf(value);
  if (loss !== undefined) throw lost(name, loss);
  return noneOf(this, name, value) ?? value;
}

/** For JSON.stringify, where the rest must get through: the same, but what JSON would lose is left out. */
export function asFarAsHeld(this: Holder, name: string, value: unknown): unknown {
  return lossOf(value) === undefined ? (noneOf(this, name, value) ?? value) : undefined;
}

type Loss = readonly [kind: string, way: string];

function lost(name: string, [kind, way]: Loss): LossError {
  return new LossError(`${name === '' ? 'it' : `"${name}"`} is ${kind}, which JSON does not hold; write ${way}`);
}

/** What is no number or moment at all: JSON makes null of it. */
function noneOf(holder: Holder, name: string, value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value === null && holder[name] instanceof Date ? String(holder[name]) : undefined;
}

const WAYS: Readonly<Record<string, Loss>> = {
  Map: ['a Map', 'Object.fromEntries(map)'],
  Set: ['a Set', '[...set]'],
  Promise: ['a promise', '`await` before it'],
  Headers: ['a Headers', 'Object.fromEntries(headers)'],
  URLSearchParams: ['a URLSearchParams', 'its text, String(parameters)'],
  FormData: ['a FormData', 'Object.fromEntries(data)'],
  Blob: ['a Blob', 'its text, `await blob.text()`'],
  ArrayBuffer: ['an ArrayBuffer', "Buffer.from(buffer).toString('base64')"],
  RegExp: ['a RegExp', 'its text, String(pattern)'],
};
/** What JSON leaves out without a word, or has no form for. */
const NO_JSON: Readonly<Record<string, Loss>> = {
  function: ['a function', 'what it returns'],
  symbol: ['a symbol', 'a text'],
  bigint: ['a BigInt', 'its text, String(number)'],
};
/** What JSON holds by itself. */
const HELD = ['Object', 'Array', 'String', 'Number', 'Boolean', 'BigInt'];

/** What a value is that JSON does not hold: a function, or an object that is built in, without members of its own. */
function lossOf(value: unknown): Loss | undefined {
  if (typeof value !== 'object') return NO_JSON[typeof value];
  if (value === null || Array.isArray(value)) return undefined;
  if (isError(value)) return ['an error', 'its message'];
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  const known = Object.hasOwn(WAYS, kind) ? WAYS[kind] : undefined;
  if (known !== undefined) return known;
  if (ArrayBuffer.isView(value) || Object.keys(value).length > 0) return undefined;
  if (kind === 'Object' && isOpaque(value)) return [`of the class ${nameOfClass(value)}`, 'what of it is to be kept'];
  return HELD.includes(kind) ? undefined : [`of the kind ${kind}`, 'what of it is to be kept'];
}

/** Whether only its class can tell what an object without members of its own holds, by getters and methods. */
function isOpaque(value: object): boolean {
  for (let next: object | null = value; ; ) {
    next = Object.getPrototypeOf(next) as object | null;
    // The last one is that of all objects.
    if (next === null || Object.getPrototypeOf(next) === null) return false;
    if (Reflect.ownKeys(next).some((key) => key !== 'constructor')) return true;
  }
}

function nameOfClass(value: object): string {
  const made = value.constructor as { readonly name?: unknown } | undefined;
  return String(made?.name || 'without a name');
}
