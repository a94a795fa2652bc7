import type { IncomingHttpHeaders } from 'node:http';
import type { ConditionContext } from '../kernel/kernel.ts';

/** The condition keys that the head of any request sets. */
export function headerKeys(headers: IncomingHttpHeaders): ConditionContext {
  return { 'aws:UserAgent': headers['user-agent'], 'aws:Referer': headers.referer };
}

/**
 * The condition keys of the tags that a request sets or removes. Services spell them in several ways: lists of `Key`
 * and `Value` or of `key` and `value`, maps, and lists of keys.
 */
export function tagKeys(input: unknown): ConditionContext {
  if (typeof input !== 'object' || input === null) return {};
  const { Tags, tags, TagKeys, tagKeys: keys } = input as Readonly<Record<string, unknown>>;
  const set = pairs(Tags ?? tags);
  const removed: unknown = TagKeys ?? keys;
  const names = [...set.map(([key]) => key), ...(Array.isArray(removed) ? removed.map(String) : [])];
  if (names.length === 0) return {};
  return {
    ...Object.fromEntries(set.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': names,
  };
}

function pairs(tags: unknown): readonly (readonly [string, string])[] {
  if (typeof tags !== 'object' || tags === null) return [];
  if (!Array.isArray(tags)) return Object.entries(tags).map(([key, value]) => [key, String(value)]);
  return tags.map((tag: Readonly<Record<string, unknown>> | null) => [
    String(tag?.Key ?? tag?.key ?? ''),
    String(tag?.Value ?? tag?.value ?? ''),
  ]);
}
