import type { PropertySchema } from './resource-type.ts';

/** Any text. */
export const TEXT: PropertySchema = { type: 'string' };
/** A whole number. */
export const WHOLE: PropertySchema = { type: 'integer' };
/** True or false. */
export const FLAG: PropertySchema = { type: 'boolean' };
/** A list of anything. */
export const LIST: PropertySchema = { type: 'array' };
/** A list of texts. */
export const TEXTS: PropertySchema = { type: 'array', items: TEXT };
/** An object of any members. */
export const OBJECT: PropertySchema = { type: 'object' };
/** An object, or the JSON text of one, as policies are. */
export const OBJECT_OR_TEXT: PropertySchema = { type: ['object', 'string'] };
/** Tags as most types have them. */
export const TAGS: PropertySchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: { Key: TEXT, Value: TEXT },
    required: ['Key', 'Value'],
    additionalProperties: false,
  },
};

/** Properties of one schema, by name. */
export function named<Schema extends PropertySchema>(
  schema: Schema,
  ...names: readonly string[]
): Record<string, Schema> {
  return Object.fromEntries(names.map((name) => [name, schema]));
}

/** A tag in a model. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The tags of a model; none where it has none. */
export function tagsOf(model: { readonly Tags?: unknown }): readonly Tag[] {
  return (model.Tags ?? []) as readonly Tag[];
}

/** Tags by key. */
export function tagRecord(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** Tags as a list; nothing where there is none, so that a read model leaves them out. */
export function tagList(tags: Readonly<Record<string, string>> | undefined): readonly Tag[] | undefined {
  const list = Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  return list.length === 0 ? undefined : list;
}

/** What must be tagged and untagged so that `former` becomes `desired`. */
export function tagChanges(
  former: readonly Tag[],
  desired: readonly Tag[],
): { put: readonly Tag[]; gone: readonly string[] } {
  const wanted = tagRecord(desired);
  const there = tagRecord(former);
  return {
    put: desired.filter(({ Key, Value }) => there[Key] !== Value),
    gone: Object.keys(there).filter((key) => !Object.hasOwn(wanted, key)),
  };
}

/** A model without the properties that have no value. */
export function compact(model: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(model).filter(([, value]) => value !== undefined));
}
