import { InvalidOptionError } from './errors.ts';
import { isPlainObject } from './is-plain-object.ts';
import type { OptionKind } from './option-kinds.ts';

/** What each option of a function may be, by name. */
export type OptionKinds = Readonly<Record<string, OptionKind>>;

/**
 * Checks that the options of a function are an object, and that it knows each of them: a name that is mistyped would
 * otherwise change nothing, without a word. The same is true of a value of another kind.
 *
 * @param name - of the public function, for the message
 * @param known - the names of its options, or the kind of each
 * @throws InvalidOptionError
 */
export function checkOptions(name: string, options: unknown, known: Iterable<string> | OptionKinds): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const got = options === null ? 'null' : Array.isArray(options) ? 'an array' : typeof options;
    throw new InvalidOptionError(`the options of ${name} are an object, but got ${got}`);
  }
  const kinds = isPlainObject(known) ? (known as OptionKinds) : undefined;
  const names = kinds === undefined ? [...(known as Iterable<string>)] : Object.keys(kinds);
  const unknown = Object.keys(options).find((option) => !names.includes(option));
  if (unknown !== undefined) {
    const has = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    throw new InvalidOptionError(`${name} has no option ${JSON.stringify(unknown)}; ${has}`);
  }
  for (const [option, value] of Object.entries(options)) checkOption(`${option} of ${name}`, value, kinds?.[option]);
}

/** Checks the kind of one option, where it is given. @throws InvalidOptionError that begins with `what` */
export function checkOption(what: string, value: unknown, kind: OptionKind | undefined): void {
  const problem = value === undefined ? undefined : kind?.(value);
  if (problem !== undefined) throw new InvalidOptionError(`${what} ${problem}`);
}
