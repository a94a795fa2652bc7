import { InvalidOptionError } from './errors.ts';

/**
 * Checks that the options of a function are an object, and that it knows each of them: a name that is mistyped would
 * otherwise change nothing, without a word.
 *
 * @param name - of the public function, for the message
 * @throws InvalidOptionError
 */
export function checkOptions(name: string, options: unknown, known: Iterable<string>): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const got = options === null ? 'null' : Array.isArray(options) ? 'an array' : typeof options;
    throw new InvalidOptionError(`the options of ${name} are an object, but got ${got}`);
  }
  const names = [...known];
  const unknown = Object.keys(options).find((option) => !names.includes(option));
  if (unknown === undefined) return;
  const has = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  throw new InvalidOptionError(`${name} has no option ${JSON.stringify(unknown)}; ${has}`);
}
