import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { HandlerApi } from './handler-api.ts';

/** The properties of a resource. */
export type Model = Readonly<Record<string, unknown>>;

/** A property of a schema, as far as values are checked here. */
export interface PropertySchema {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | readonly string[];
  readonly properties?: Readonly<Record<string, PropertySchema>>;
  readonly items?: PropertySchema;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
}

/** The schema of a type: its properties by name, and what may be done with each. */
export interface ResourceSchema {
  readonly typeName: `${string}::${string}::${string}`;
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required?: readonly string[];
  /** The properties that the identifier is made of, in order. */
  readonly primaryIdentifier: readonly string[];
  readonly readOnly?: readonly string[];
  readonly writeOnly?: readonly string[];
  readonly createOnly?: readonly string[];
  /** Properties of a model that lists ask for. */
  readonly listNeeds?: readonly string[];
  /** Properties that are kept and given back, and change nothing here. */
  readonly withoutEffect?: readonly string[];
  /** Properties that are given back as they were declared, where the service does not tell them. */
  readonly asDeclared?: readonly string[];
  /** Whether any property is taken. @defaultValue false */
  readonly isOpen?: boolean;
  /** The permissions that the handlers need, by handler. */
  readonly permissions: Readonly<Partial<Record<'create' | 'read' | 'update' | 'delete' | 'list', readonly string[]>>>;
}

/** What a handler works with. */
export interface HandlerCall {
  readonly api: HandlerApi;
  readonly place: Pick<Kernel, 'accountId' | 'region' | 'partition'>;
  uuid(): string;
  /** A name for a resource that was given none. */
  generatedName(): string;
}

/** A type of resources that is really made. Every handler throws HandlerError. */
export interface ResourceType {
  readonly schema: ResourceSchema;
  /** What is told of each success, where the type is not simulated. */
  readonly remark?: string;
  /** The identifier that a model tells. @defaultValue {@link identifierIn} */
  readonly identifierOf?: (model: Model) => string | undefined;
  /** Creates a resource and tells its identifier. */
  create(model: Model, call: HandlerCall): Promise<string>;
  read(identifier: string, call: HandlerCall): Promise<Model>;
  /** Absent where every change needs another resource. */
  readonly update?: (identifier: string, desired: Model, former: Model, call: HandlerCall) => Promise<void>;
  delete(identifier: string, call: HandlerCall): Promise<void>;
  /** The identifiers of all resources. */
  list(model: Model, call: HandlerCall): Promise<readonly string[]>;
}

/** The parts of an identifier, by the properties that make it. */
export function identifierParts(
  { primaryIdentifier }: ResourceSchema,
  identifier: string,
): Readonly<Record<string, string>> {
  const parts = identifier.split('|');
  return Object.fromEntries(primaryIdentifier.map((name, index) => [name, parts[index] ?? '']));
}

/**
 * An identifier in its one form, the parts joined by `|`: a request may give it as a JSON object of its properties as well.
 *
 * @throws AwsError ValidationException where it is neither, in the wording of AWS
 */
export function plainIdentifier({ primaryIdentifier, isOpen = false }: ResourceSchema, given: string): string {
  const members = objectIn(given);
  const names = Object.keys(members ?? {});
  // What an identifier of a type that is not simulated is made of, nobody here knows.
  const isWhole = isOpen
    ? names.length > 0
    : names.length === primaryIdentifier.length && primaryIdentifier.every((name) => names.includes(name));
  if (members !== undefined && isWhole) {
    return (isOpen ? names : primaryIdentifier).map((name) => String(members[name])).join('|');
  }
  const isText = members === undefined && [1, given.split('|').length].includes(primaryIdentifier.length);
  if (isOpen || isText) return given;
  const pointers = primaryIdentifier.map((name) => `/properties/${name}`).join(', ');
  throw new AwsError('ValidationException', `Identifier ${given} is not valid for identifier [${pointers}]`);
}

function objectIn(text: string): Model | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Model;
  } catch {
    return undefined;
  }
}

/** The identifier that a model tells; nothing where the service gives a part of it. */
export function identifierIn({ primaryIdentifier, readOnly = [] }: ResourceSchema, model: Model): string | undefined {
  if (primaryIdentifier.some((name) => readOnly.includes(name) || model[name] === undefined)) return undefined;
  return primaryIdentifier.map((name) => String(model[name])).join('|');
}
