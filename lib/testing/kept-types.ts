import { HandlerError } from '../local/cloudcontrol/handler-error.ts';
import { identifierIn, type Model, type ResourceType } from '../local/cloudcontrol/resource-type.ts';
import { createTypeCatalog, type TypeCatalog } from '../local/cloudcontrol/type-catalog.ts';
import type { Kernel } from '../local/kernel/kernel.ts';

/** A resource of Cloud Control, as a test sees it. */
export interface RecordedResource {
  /** Such as `AWS::SQS::Queue`. */
  readonly typeName: string;
  readonly identifier: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Types of which every resource is kept as it was desired, and nothing is made in its service. */
export interface KeptTypes {
  readonly catalog: TypeCatalog;
  /** In the order in which they were made. */
  readonly resources: readonly RecordedResource[];
  /** @throws HandlerError AlreadyExists */
  put(typeName: string, properties: Model): RecordedResource;
}

/** Creates them without resources. */
export function createKeptTypes(place: Pick<Kernel, 'accountId' | 'region' | 'partition' | 'uuid'>): KeptTypes {
  const known = createTypeCatalog();
  const resources: RecordedResource[] = [];
  const indexOf = (typeName: string, identifier: string) =>
    resources.findIndex((resource) => resource.typeName === typeName && resource.identifier === identifier);

  function mustBe(typeName: string, identifier: string): number {
    const index = indexOf(typeName, identifier);
    if (index >= 0) return index;
    throw new HandlerError('NotFound', `${typeName} ${identifier} does not exist.`);
  }

  /** What AWS gives a resource: its identifier, and an ARN. */
  function given({ schema }: ResourceType, identifier: string): Model {
    const [, service = ''] = schema.typeName.toLowerCase().split('::');
    const arn = `arn:${place.partition}:${service}:${place.region}:${place.accountId}:${identifier}`;
    const names = schema.readOnly ?? [];
    return Object.fromEntries(
      names.flatMap((name) => {
        if (schema.primaryIdentifier.includes(name)) return [[name, identifier]];
        return name.endsWith('Arn') ? [[name, arn]] : [];
      }),
    );
  }

  function put(typeName: string, properties: Model): RecordedResource {
    const identifier = identifierFor(known.get(typeName), properties, place.uuid);
    if (indexOf(typeName, identifier) >= 0) {
      throw new HandlerError('AlreadyExists', `${typeName} ${identifier} already exists.`);
    }
    const resource = { typeName, identifier, properties };
    resources.push(resource);
    return resource;
  }

  function kept(type: ResourceType): ResourceType {
    const { typeName, writeOnly = [] } = type.schema;
    return {
      schema: type.schema,
      ...(type.identifierOf && { identifierOf: type.identifierOf }),
      create: async (model) => put(typeName, model).identifier,
      async read(identifier) {
        const { properties } = resources[mustBe(typeName, identifier)] as RecordedResource;
        const shown = Object.entries(properties).filter(([name]) => !writeOnly.includes(name));
        return { ...given(type, identifier), ...Object.fromEntries(shown) };
      },
      ...(type.update && {
        async update(identifier: string, desired: Model) {
          const own = Object.entries(desired).filter(([name]) => type.schema.readOnly?.includes(name) !== true);
          const properties = Object.fromEntries(own);
          resources[mustBe(typeName, identifier)] = { typeName, identifier, properties };
        },
      }),
      async delete(identifier) {
        resources.splice(mustBe(typeName, identifier), 1);
      },
      list: async () => resources.filter((one) => one.typeName === typeName).map(({ identifier }) => identifier),
    };
  }

  return {
    resources,
    put,
    catalog: {
      get: (typeName) => kept(known.get(typeName)),
      isProvisionable: known.isProvisionable,
    },
  };
}

/** What the model tells, else its name: where AWS makes identifiers, a test can foresee them. */
function identifierFor({ schema, identifierOf }: ResourceType, model: Model, uuid: () => string): string {
  const told = identifierOf === undefined ? identifierIn(schema, model) : identifierOf(model);
  const kind = schema.typeName.split('::').at(-1);
  const name = model[`${kind}Name`] ?? model.Name;
  return told ?? (typeof name === 'string' && name !== '' ? name : `${kind}-${uuid()}`);
}
