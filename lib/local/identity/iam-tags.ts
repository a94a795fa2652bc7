import type { QueryStructure } from '../wire/query-input.ts';
import { invalidInput, limitExceeded, validationError } from './iam-errors.ts';

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** The most tags of a role or policy, and their longest keys and values (IAM quotas). */
const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags of a request. @throws AwsError InvalidInput, ValidationError */
export function tagsOf(input: QueryStructure): Tags {
  const value = input.Tags;
  const tags = (Array.isArray(value) ? value : []) as readonly QueryStructure[];
  const given = tags.map(({ Key, Value }, index) => checked(String(Key ?? ''), String(Value ?? ''), index + 1));
  if (new Set(given.map(([key]) => key.toLowerCase())).size < given.length) {
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  return withinQuota(Object.fromEntries(given));
}

/** Adds tags to those that there are. A key that differs only in case takes the other's place. @throws AwsError LimitExceeded */
export function mergeTags(present: Tags = {}, given: Tags): Tags {
  const replaced = new Set(Object.keys(given).map((key) => key.toLowerCase()));
  const kept = Object.entries(present).filter(([key]) => !replaced.has(key.toLowerCase()));
  return withinQuota({ ...Object.fromEntries(kept), ...given });
}

function checked(key: string, value: string, position: number): readonly [string, string] {
  if (/^aws:/i.test(key)) throw invalidInput('Tag keys that begin with aws: are reserved for use by AWS.');
  checkText(key, LONGEST_KEY, `tags.${position}.member.key`);
  checkText(value, LONGEST_VALUE, `tags.${position}.member.value`);
  if (key === '') throw unfit(`tags.${position}.member.key`, 'have length greater than or equal to 1');
  return [key, value];
}

function checkText(text: string, longest: number, member: string): void {
  if (text.length > longest) throw unfit(member, `have length less than or equal to ${longest}`);
  if (!CHARACTERS.test(text)) throw unfit(member, `satisfy regular expression pattern: ${CHARACTERS.source}`);
}

function unfit(member: string, constraint: string) {
  return validationError(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

function withinQuota(tags: Tags): Tags {
  if (Object.keys(tags).length > MOST_TAGS) throw limitExceeded(`Cannot exceed quota for TagsPerRole: ${MOST_TAGS}`);
  return tags;
}
