import { isPlainObject } from './is-plain-object.ts';

/**
 * Tells what is wrong with a value, in the words that follow its name: "must be a function, but is null". Undefined where
 * it is of the kind.
 */
export type OptionKind = (value: unknown) => string | undefined;

/** A text that is not empty. */
export const isText: OptionKind = unless((value) => typeof value === 'string' && value !== '', 'a text, not empty');

/** A text, which may be empty. */
export const isString: OptionKind = unless((value) => typeof value === 'string', 'a text');

/** A number that can be counted with. */
export const isNumber: OptionKind = unless(Number.isFinite, 'a number');

/** Anything. */
export const isAnything: OptionKind = () => undefined;

/** A function. */
export const isFunction: OptionKind = unless((value) => typeof value === 'function', 'a function');

/** What an AbortController gives, of this realm or another. */
export const isSignal: OptionKind = unless(
  (value) => typeof (value as Partial<AbortSignal> | null)?.addEventListener === 'function',
  'an AbortSignal',
);

/** Names with texts, which may be empty. */
export const isRecordOfTexts: OptionKind = recordOf(isString);

/** A list of texts. */
export const isListOfTexts: OptionKind = (value) => {
  if (!Array.isArray(value)) return `must be a list of texts, but is ${describeValue(value)}`;
  const wrong = value.findIndex((entry) => typeof entry !== 'string');
  return wrong < 0 ? undefined : `must be a list of texts, but entry ${wrong} is ${describeValue(value[wrong])}`;
};

/** A list of values of one kind. */
export function listOf(kind: OptionKind): OptionKind {
  return (value) => {
    if (!Array.isArray(value)) return `must be a list, but is ${describeValue(value)}`;
    const problems = value.map((entry) => kind(entry));
    const wrong = problems.findIndex((found) => found !== undefined);
    return wrong < 0 ? undefined : `is wrong: entry ${wrong} ${problems[wrong]}`;
  };
}

/** An object that has texts under these names, and may have others. */
export function objectWith(...names: readonly string[]): OptionKind {
  const has = (value: unknown) => names.every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
  return unless((value) => isPlainObject(value) && has(value), `an object with texts as ${names.join(', ')}`);
}

/** One of a few texts. */
export function isOneOf(...choices: readonly string[]): OptionKind {
  return unless((value) => choices.includes(value as string), choices.join(' or '));
}

/** Names with values of one kind. */
export function recordOf(kind: OptionKind): OptionKind {
  return (value) => {
    if (!isPlainObject(value)) return `must be an object, but is ${describeValue(value)}`;
    const problems = Object.entries(value).map(([name, member]) => [name, kind(member)] as const);
    const [name, problem] = problems.find(([, found]) => found !== undefined) ?? [];
    return problem === undefined ? undefined : `is wrong: ${JSON.stringify(name)} ${problem}`;
  };
}

/** A value that passes a test. @param what - what it has to be, for the message */
export function unless(test: (value: unknown) => boolean, what: string): OptionKind {
  return (value) => (test(value) ? undefined : `must be ${what}, but is ${describeValue(value)}`);
}

/** A value in few words. A long text may be a secret and is not repeated, nor is a part of it. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (value === '') return 'empty';
  if (typeof value === 'string')
    return value.length <= 40 ? JSON.stringify(value) : `a text of ${value.length} characters`;
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  return isPlainObject(value) ? 'an object' : `an object (${Object.prototype.toString.call(value).slice(8, -1)})`;
}
