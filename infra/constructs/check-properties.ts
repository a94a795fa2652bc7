import { type Duration, Token } from 'aws-cdk-lib';

/** What a property may be. */
export interface PropertyKind {
  /** For the message, with an article and an example: "a role, such as Role.fromRoleArn(…)". */
  readonly what: string;
  readonly is: (value: unknown) => boolean;
  /** Whether the length of time that it holds is known at synthesis, where it has to be. */
  readonly isKnown?: (value: unknown) => boolean;
}

/** A text that is not empty. */
export const text: PropertyKind = kind('a text, not empty', (value) => typeof value === 'string' && value !== '');
/** A number; the CDK says which. */
export const number: PropertyKind = kind('a number', (value) => typeof value === 'number');
/** A whole number within bounds. */
export function count(min: number, max: number): PropertyKind {
  const what = `a whole number from ${min} to ${max}`;
  return kind(what, (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max);
}
/** A boolean. */
export const flag: PropertyKind = kind('true or false', (value) => typeof value === 'boolean');
/** An object with members, and not a list. */
export const object: PropertyKind = kind('an object', isObject);
/** A list of texts. */
export const texts: PropertyKind = kind(
  'a list of texts',
  (value) => Array.isArray(value) && value.every((entry) => typeof entry === 'string'),
);
/** A list of objects. */
export const objects: PropertyKind = kind(
  'a list of objects',
  (value) => Array.isArray(value) && value.every(isObject),
);
/** An AWS account. */
export const account: PropertyKind = kind('an account, a text of 12 digits', isAccount);
/** A list of AWS accounts, or of tokens for them. */
export const accounts: PropertyKind = kind(
  'a list of accounts, texts of 12 digits',
  (value) => Array.isArray(value) && value.every((entry) => isAccount(entry) || Token.isUnresolved(entry)),
);
/** A Duration, of any copy of the CDK. */
export const duration: PropertyKind = withMember('a duration, such as Duration.minutes(1)', 'toSeconds');
/** A Duration that something is reckoned from, so that no token can stand in it. */
export const knownDuration: PropertyKind = {
  ...duration,
  isKnown: (value) => !(value as Duration).isUnresolved(),
};
/** How long logs are kept; an enumeration, which is a number. */
export const retention: PropertyKind = kind(
  'one of RetentionDays, such as RetentionDays.ONE_WEEK',
  (value) => typeof value === 'number',
);
/** A key of KMS. */
export const key: PropertyKind = withMember('a key, such as Key.fromKeyArn(…)', 'keyArn');
/** A role of IAM. */
export const role: PropertyKind = withMember('a role, such as Role.fromRoleArn(…)', 'roleArn');
/** A bucket of S3. */
export const bucket: PropertyKind = withMember('a bucket, such as Bucket.fromBucketName(…)', 'arnForObjects');
/** An event bus of EventBridge. */
export const eventBus: PropertyKind = withMember('an event bus, such as EventBus.fromEventBusName(…)', 'eventBusArn');
/** Whatever can be granted something. */
export const grantee: PropertyKind = withMember('what has a principal, such as a function or a role', 'grantPrincipal');

/** One of a few texts. */
export function choice(...choices: readonly string[]): PropertyKind {
  return kind(`one of ${choices.join(', ')}`, (value) => choices.includes(value as string));
}

/** A list of such texts, without another. */
export function listOf(...choices: readonly string[]): PropertyKind {
  const what = `a list of ${choices.join(', ')}`;
  return kind(what, (value) => Array.isArray(value) && value.every((entry) => choices.includes(entry)));
}

/** A construct, say, known by a member that no other has. */
export function withMember(what: string, member: string): PropertyKind {
  return kind(what, (value) => isObject(value) && member in (value as object));
}

/**
 * Checks the kinds of properties before anything is made: from JavaScript, the CDK takes some of another kind without a
 * word, and what they were for is missing. A token passes; it is known only when all is deployed.
 *
 * @param where - the path of the construct, for the message
 * @throws Error that names the property, says what it may be, and what it is
 */
export function checkProperties(
  where: string,
  props: unknown,
  kinds: Readonly<Partial<Record<string, PropertyKind>>>,
): void {
  if (props === undefined) return;
  if (!isObject(props)) throw new Error(`the properties of ${where} are an object, but got ${describe(props)}`);
  for (const [name, kind] of Object.entries(kinds)) {
    if (kind === undefined) continue;
    const { what, is, isKnown } = kind;
    const value = (props as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || Token.isUnresolved(value)) continue;
    if (!is(value)) throw new Error(`the ${name} of ${where} is ${what}, but got ${describe(value)}`);
    if (isKnown?.(value) === false) {
      throw new Error(`the ${name} of ${where} is a token, and nobody knows how long that is: give it a number`);
    }
  }
}

/** A value that was given in the place of another, for a message. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : (JSON.stringify(value) ?? typeof value);
}

function kind(what: string, is: (value: unknown) => boolean): PropertyKind {
  return { what, is };
}

function isAccount(value: unknown): boolean {
  return typeof value === 'string' && /^\d{12}$/.test(value);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
