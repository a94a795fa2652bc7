import { AwsError } from '../kernel/aws-error.ts';
import type { ConditionContext } from '../kernel/kernel.ts';
import { childrenNamed, childText, malformedXml, type XmlContent, type XmlElement } from './xml.ts';

/** The tags of an object or a bucket. */
export type Tags = Readonly<Record<string, string>>;

/** How many tags an object may have (S3 User Guide, "Categorizing your storage using tags"). */
const MOST_OBJECT_TAGS = 10;
/** How many tags a bucket may have (S3 User Guide, "Using cost allocation S3 bucket tags"). */
export const MOST_BUCKET_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** What keys and values are made of (S3 User Guide, "Categorizing your storage using tags"). */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Reads the header `x-amz-tagging`, which is written like a query string.
 *
 * @throws AwsError InvalidArgument, InvalidTag, BadRequest
 */
export function parseTagHeader(header: string | undefined): Tags {
  const pairs = [...new URLSearchParams(header ?? '')];
  const names = pairs.map(([name]) => name);
  // More signs of equality than one in a pair are those of a list with commas.
  const isQuery = (header ?? '').split('&').every((pair) => pair.split('=').length <= 2);
  if (isQuery && new Set(names).size === names.length) return checkTags(pairs);
  const message =
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
  throw new AwsError('InvalidArgument', message, {
    members: { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
  });
}

/** Reads the document `Tagging`. @throws AwsError MalformedXML, InvalidTag, BadRequest */
export function parseTagDocument(root: XmlElement, most: number = MOST_OBJECT_TAGS): Tags {
  const set = root.children.find(({ name }) => name === 'TagSet');
  if (root.name !== 'Tagging' || set === undefined) throw malformedXml();
  return parseTagSet(set, most);
}

/** Reads the tags that stand in an element. @throws AwsError InvalidTag, BadRequest */
export function parseTagSet(set: XmlElement, most: number): Tags {
  return checkTags(
    childrenNamed(set, 'Tag').map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']),
    most,
  );
}

/** Writes the content of the document `Tagging`. */
export function tagDocument(tags: Tags): XmlContent {
  return { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
}

/** Condition keys for the tags that an object has. */
export function existingTagContext(tags: Tags): ConditionContext {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]));
}

/** Condition keys for the tags that a request sets. */
export function requestTagContext(tags: Tags): ConditionContext {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
    's3:RequestObjectTagKeys': keys,
  };
}

/** Checks a set of tags against S3's limits. @throws AwsError InvalidTag, BadRequest */
export function checkTags(pairs: readonly (readonly [string, string])[], most: number = MOST_OBJECT_TAGS): Tags {
  if (pairs.length > most) {
    const what = most === MOST_OBJECT_TAGS ? 'Object' : 'Bucket';
    throw new AwsError('BadRequest', `${what} tags cannot be greater than ${most}, but ${pairs.length} were given`);
  }
  const tags: Record<string, string> = {};
  for (const [key, value] of pairs) {
    if (key === '' || [...key].length > LONGEST_KEY || !CHARACTERS.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', { TagKey: key });
    }
    if (/^aws:/i.test(key)) {
      const message =
        most === MOST_OBJECT_TAGS
          ? 'Your TagKey cannot be prefixed with aws:'
          : 'System tags cannot be added/updated by requester';
      throw invalidTag(message, { TagKey: key });
    }
    if ([...value].length > LONGEST_VALUE || !CHARACTERS.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', { TagKey: key, TagValue: value });
    }
    if (Object.hasOwn(tags, key)) throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey: key });
    tags[key] = value;
  }
  return tags;
}

function invalidTag(message: string, members: Record<string, string>): AwsError {
  return new AwsError('InvalidTag', message, { members });
}
