import { invalidParameters, validationError } from './validation-error.ts';

/** One tag of a request. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The most tags of a table (DynamoDB Developer Guide, "Tagging restrictions"). */
const MOST_TAGS = 50;

/** Gives a table tags beside those that it has, all or none. @throws AwsError ValidationException */
export function addTags(tags: Map<string, string>, given: readonly Tag[]): void {
  if (given.some(({ Key }) => /^aws:/i.test(Key))) {
    throw invalidParameters('Tag keys that begin with aws: are reserved for use by AWS');
  }
  const keys = given.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) throw invalidParameters('Tag keys must not be repeated');
  if (new Set([...tags.keys(), ...keys]).size > MOST_TAGS) {
    throw validationError(`Too many tags: a resource has at most ${MOST_TAGS}`);
  }
  for (const { Key, Value } of given) tags.set(Key, Value);
}
