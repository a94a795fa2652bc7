import { invalidParameter } from './secret-errors.ts';

/** What a password may hold: the members that GetRandomPassword and `GenerateSecretString` share. */
export interface PasswordOptions {
  /** @defaultValue 32 */
  readonly PasswordLength?: number | undefined;
  readonly ExcludeCharacters?: string | undefined;
  readonly ExcludeLowercase?: boolean | undefined;
  readonly ExcludeNumbers?: boolean | undefined;
  readonly ExcludePunctuation?: boolean | undefined;
  readonly ExcludeUppercase?: boolean | undefined;
  /** @defaultValue false */
  readonly IncludeSpace?: boolean | undefined;
  /** @defaultValue true */
  readonly RequireEachIncludedType?: boolean | undefined;
}

const DEFAULT_LENGTH = 32;
const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * A password as Secrets Manager makes it. `random` gives numbers in [0, 1).
 *
 * @throws AwsError InvalidParameterException when nothing is left to choose from, or not every kind has room
 */
export function randomPassword(options: PasswordOptions, random: () => number): string {
  const length = options.PasswordLength ?? DEFAULT_LENGTH;
  const excluded = new Set(options.ExcludeCharacters ?? '');
  const kinds = [
    options.ExcludeLowercase === true ? '' : LOWERCASE,
    options.ExcludeUppercase === true ? '' : LOWERCASE.toUpperCase(),
    options.ExcludeNumbers === true ? '' : NUMBERS,
    options.ExcludePunctuation === true ? '' : PUNCTUATION,
    options.IncludeSpace === true ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((character) => !excluded.has(character)))
    .filter((kind) => kind.length > 0);
  if (kinds.length === 0) {
    throw invalidParameter('No character is left for the password: exclude fewer characters or kinds of them.');
  }
  const required = (options.RequireEachIncludedType ?? true) ? kinds : [];
  if (length < required.length) {
    throw invalidParameter(
      `A password of ${length} characters cannot hold one of each of ${required.length} kinds: make it longer, or set RequireEachIncludedType to false.`,
    );
  }
  const pick = (characters: readonly string[]) => characters[Math.floor(random() * characters.length)] ?? '';
  const password = required.map(pick);
  const all = kinds.flat();
  while (password.length < length) password.splice(Math.floor(random() * (password.length + 1)), 0, pick(all));
  return password.join('');
}
