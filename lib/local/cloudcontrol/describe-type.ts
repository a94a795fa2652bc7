import type { ResourceSchema, ResourceType } from './resource-type.ts';
import type { TypeCatalog } from './type-catalog.ts';

/** A type as CloudFormation's registry describes it. */
export interface TypeDescription {
  readonly schema: object;
  readonly provisioningType: 'FULLY_MUTABLE' | 'IMMUTABLE' | 'NON_PROVISIONABLE';
  readonly description: string;
}

/** Describes a type. @throws AwsError TypeNotFoundException */
export function describeType(types: TypeCatalog, typeName: string): TypeDescription {
  const type = types.get(typeName);
  const provisionable = type.update === undefined ? 'IMMUTABLE' : 'FULLY_MUTABLE';
  return {
    schema: schemaDocument(type),
    provisioningType: types.isProvisionable(typeName) ? provisionable : 'NON_PROVISIONABLE',
    description: type.remark ?? `Resource Type definition for ${typeName}`,
  };
}

/** A schema in the form of the registry: properties named by pointers. */
function schemaDocument({ schema, update, remark }: ResourceType): object {
  const { typeName, properties, required, isOpen = false, permissions, listNeeds } = schema;
  const isTaggable = Object.hasOwn(properties, 'Tags');
  return {
    typeName,
    description: remark ?? `Resource Type definition for ${typeName}`,
    additionalProperties: isOpen,
    properties,
    ...(required === undefined ? {} : { required }),
    ...pointers(schema),
    tagging: {
      taggable: isTaggable,
      tagOnCreate: isTaggable,
      tagUpdatable: isTaggable,
      cloudFormationSystemTags: false,
      ...(isTaggable ? { tagProperty: '/properties/Tags' } : {}),
    },
    handlers: Object.fromEntries(
      (['create', 'read', 'update', 'delete', 'list'] as const)
        .filter((name) => name !== 'update' || update !== undefined)
        .map((name) => [
          name,
          {
            permissions: permissions[name] ?? [],
            ...(name === 'list' && listNeeds !== undefined ? { handlerSchema: { required: listNeeds } } : {}),
          },
        ]),
    ),
  };
}

function pointers({ primaryIdentifier, readOnly, writeOnly, createOnly }: ResourceSchema): Record<string, string[]> {
  const lists = {
    primaryIdentifier,
    readOnlyProperties: readOnly,
    writeOnlyProperties: writeOnly,
    createOnlyProperties: createOnly,
  };
  return Object.fromEntries(
    Object.entries(lists).flatMap(([name, members]) =>
      members === undefined ? [] : [[name, members.map((member) => `/properties/${member}`)]],
    ),
  );
}
