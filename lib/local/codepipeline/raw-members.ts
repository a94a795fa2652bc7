import { AwsError } from '../kernel/aws-error.ts';

/** A value of a template that has not been looked at yet. */
export type RawMembers = Readonly<Record<string, unknown>>;

/** A member that may be left out, under the API's name; spread it into an object. @throws AwsError when it is not text */
export function optional<Key extends string>(
  raw: RawMembers,
  member: string,
  key: Key,
  owner: string,
): { [K in Key]?: string } {
  const value = text(raw, member, owner);
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: string };
}

/** A member that must be there and hold text. @throws AwsError naming its owner */
export function required(raw: RawMembers, member: string, owner: string): string {
  const value = text(raw, member, owner);
  if (value === undefined || value === '') throw invalid(`${owner} has no ${member}: it is required`);
  return value;
}

/** A member as text; CloudFormation takes numbers and truth values for it, too. @throws AwsError when it is an object */
export function text(raw: RawMembers, member: string, owner: string): string | undefined {
  const value = raw[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object') throw invalid(`${owner}: ${member} must be text, but is ${JSON.stringify(value)}`);
  return String(value);
}

/** A member that is a list of objects; absent is empty. @throws AwsError when it is something else */
export function list(raw: RawMembers, member: string, owner: string): readonly RawMembers[] {
  const value = raw[member];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`${owner}: ${member} must be a list, but is ${JSON.stringify(value)}`);
  return value.map((entry) => record(entry, `${owner}.${member}`));
}

/** A value that must be an object. @throws AwsError naming its owner */
export function record(value: unknown, owner: string): RawMembers {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`${owner} must be an object, but is ${JSON.stringify(value)}`);
  }
  return value as RawMembers;
}

/** The error for a pipeline that CodePipeline would not take. */
export function invalid(message: string): AwsError {
  return new AwsError('InvalidStructureException', message);
}

/** A member that is a list of texts; absent is nothing. @throws AwsError when it is something else */
export function texts(raw: RawMembers, member: string, owner: string): readonly string[] | undefined {
  const value = raw[member];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((entry) => typeof entry !== 'object')) return value.map(String);
  throw invalid(`${owner}: ${member} must be a list of texts, but is ${JSON.stringify(value)}`);
}

/** A member that must be one of a few words. @throws AwsError naming those */
export function oneOf<const Word extends string>(value: string, words: readonly Word[], what: string): Word {
  const word = words.find((entry) => entry === value);
  if (word !== undefined) return word;
  throw invalid(`${what} must be one of ${words.join(', ')}, but is ${value}`);
}
