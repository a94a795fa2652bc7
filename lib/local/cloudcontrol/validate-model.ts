import { AwsError } from '../kernel/aws-error.ts';
import { isRecord } from '../template/is-record.ts';
import type { Model, PropertySchema, ResourceSchema } from './resource-type.ts';

/** Reads a desired state. @throws AwsError ValidationException */
export function parseModel(text: string): Model {
  let model: unknown;
  try {
    model = JSON.parse(text);
  } catch {
    // The engine's message quotes the text, which may hold a secret.
    throw new AwsError('ValidationException', 'The desired state is not valid JSON');
  }
  if (isRecord(model)) return model;
  throw new AwsError(
    'ValidationException',
    `Model validation failed (#: expected type: JSONObject, found: ${kindOf(model)})`,
  );
}

/** Checks a model against its schema. @throws AwsError ValidationException, in the wording of AWS */
export function validateModel(schema: ResourceSchema, model: Model): void {
  const { properties, required = [], isOpen = false } = schema;
  const root: PropertySchema = { type: 'object', properties, required, additionalProperties: isOpen };
  const violations: string[] = [];
  check(root, model, '#', violations);
  if (violations.length === 0) return;
  throw new AwsError('ValidationException', `Model validation failed (${violations.join('\n')})`);
}

function check(schema: PropertySchema, value: unknown, path: string, violations: string[]): void {
  const allowed = [schema.type ?? []].flat();
  const kind = kindOf(value);
  if (
    allowed.length > 0 &&
    !allowed.some((type) => KINDS[type] === kind || (type === 'number' && kind === 'Integer'))
  ) {
    const wanted = allowed.map((type) => KINDS[type]).join(' or ');
    violations.push(`${path}: expected type: ${wanted}, found: ${kind}`);
    return;
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) check(schema.items ?? {}, item, `${path}/${index}`, violations);
  }
  if (!isRecord(value)) return;
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) violations.push(`${path}: required key [${name}] not found`);
  }
  for (const [name, member] of Object.entries(value)) {
    const known = schema.properties !== undefined && Object.hasOwn(schema.properties, name);
    if (!known && schema.additionalProperties === false) {
      violations.push(`${path}: extraneous key [${name}] is not permitted`);
    }
    check(schema.properties?.[name] ?? {}, member, `${path}/${name}`, violations);
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'String',
  integer: 'Integer',
  number: 'Number',
  boolean: 'Boolean',
  array: 'JSONArray',
  object: 'JSONObject',
};

function kindOf(value: unknown): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'JSONArray';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Number';
  if (typeof value === 'object') return 'JSONObject';
  return typeof value === 'boolean' ? 'Boolean' : 'String';
}
