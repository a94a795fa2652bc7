import { AwsCallError, xmlText } from '../aws/index.ts';
import { ConfigurationError, PermissionError } from '../core/errors.ts';
import type { CloudControlClient } from './cloudcontrol-client.ts';

/** A property by its path; `*` stands for every entry of a list or map. */
export type PropertyPath = readonly string[];

/** What may be done with a type, and with each of its properties. */
export interface TypeSchema {
  readonly typeName: string;
  /** The properties that the identifier is made of, in order. */
  readonly primaryIdentifier: readonly PropertyPath[];
  readonly readOnly: readonly PropertyPath[];
  readonly writeOnly: readonly PropertyPath[];
  readonly createOnly: readonly PropertyPath[];
  /** Properties of which some changes take another resource; which of them, only the type's handler knows. */
  readonly conditionallyCreateOnly: readonly PropertyPath[];
  /** Whether Cloud Control provisions it. */
  readonly isProvisionable: boolean;
  /** Whether a resource can be changed in place at all. */
  readonly isUpdatable: boolean;
  /** The schema of its properties. */
  readonly root: PropertySchema;
  /** Follows a reference within the schema. */
  resolve(schema: PropertySchema | undefined): PropertySchema | undefined;
}

/** The part of a property's schema that is looked at. */
export interface PropertySchema {
  readonly properties?: Readonly<Record<string, PropertySchema>>;
  readonly items?: PropertySchema;
  readonly insertionOrder?: boolean;
  readonly $ref?: string;
}

type Document = Readonly<Record<string, unknown>>;

/** Gives the schemas of types. */
export interface TypeSchemas {
  /**
   * The schema of a type, asked for once in the life of the process.
   *
   * @returns the reason where the role may not ask
   * @throws ConfigurationError when there is no such type
   */
  get(client: CloudControlClient, typeName: string): Promise<TypeSchema | PermissionError>;
}

/** Schemas of all Regions that a process asks for. */
export function createTypeSchemas(): TypeSchemas {
  const known = new Map<string, TypeSchema>();
  return {
    async get(client, typeName) {
      const key = `${client.region} ${typeName}`;
      const former = known.get(key);
      if (former !== undefined) return former;
      try {
        const answer = await client.cloudFormation('DescribeType', { Type: 'RESOURCE', TypeName: typeName });
        const schema = readTypeSchema(typeName, xmlText(answer, 'Schema') ?? '', xmlText(answer, 'ProvisioningType'));
        known.set(key, schema);
        return schema;
      } catch (error) {
        if (error instanceof PermissionError) return error;
        if (error instanceof AwsCallError && error.code.startsWith('TypeNotFound')) {
          throw new ConfigurationError(`there is no resource type ${typeName} in ${client.region}`);
        }
        throw error;
      }
    },
  };
}

/** Reads a schema as CloudFormation's registry keeps it. @throws ConfigurationError when it cannot be read */
export function readTypeSchema(typeName: string, text: string, provisioningType?: string): TypeSchema {
  let document: Document;
  try {
    document = JSON.parse(text) as Document;
  } catch {
    throw new ConfigurationError(`the schema of ${typeName} cannot be read: it is not JSON`);
  }
  const paths = (name: string) => ((document[name] ?? []) as readonly string[]).map(propertyPath);
  const handlers = (document.handlers ?? {}) as Document;
  return {
    typeName,
    primaryIdentifier: paths('primaryIdentifier'),
    readOnly: paths('readOnlyProperties'),
    writeOnly: paths('writeOnlyProperties'),
    createOnly: paths('createOnlyProperties'),
    conditionallyCreateOnly: paths('conditionalCreateOnlyProperties'),
    isProvisionable: provisioningType !== 'NON_PROVISIONABLE',
    isUpdatable: provisioningType !== 'IMMUTABLE' && (document.handlers === undefined || 'update' in handlers),
    root: document as PropertySchema,
    resolve: (schema) => (schema?.$ref === undefined ? schema : referred(document, schema.$ref)),
  };
}

/** Entries of a list are written as `items` by some types, and as a star by others. */
function propertyPath(pointer: string): PropertyPath {
  const [first, ...rest] = pointerSegments(pointer);
  const path = first === 'properties' || first === undefined ? rest : [first, ...rest];
  return path.map((segment) => (segment === 'items' ? '*' : segment));
}

/** The segments of a JSON pointer (RFC 6901); Cloud Control takes one without its leading slash, too. */
export function pointerSegments(pointer: string): readonly string[] {
  return pointer
    .replace(/^\//, '')
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function referred(document: Document, reference: string): PropertySchema | undefined {
  let found: unknown = document;
  for (const segment of pointerSegments(reference.replace(/^#/, '')))
    found = (found as Document | undefined)?.[segment];
  return found as PropertySchema | undefined;
}

/** Whether a path is a listed one or lies under it. */
export function isWithin(path: PropertyPath, listed: readonly PropertyPath[]): boolean {
  return listed.some(
    (other) =>
      other.length <= path.length && other.every((segment, index) => segment === '*' || segment === path[index]),
  );
}

/** The listed paths that lie below a path. */
export function below(path: PropertyPath, listed: readonly PropertyPath[]): readonly PropertyPath[] {
  return listed.filter(
    (other) =>
      other.length > path.length &&
      path.every((segment, index) => other[index] === '*' || segment === '*' || segment === other[index]),
  );
}
