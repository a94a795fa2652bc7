import { identifierParts } from './identifier.ts';
import { knownType } from './known-type.ts';
import { readNewResource } from './read-resource.ts';
import type { ChangedResource, Turn } from './resource-request.ts';

/** What is kept of a resource between two runs: all but what is asked for anew. */
export type ResourceRecord = Omit<ChangedResource, 'properties' | 'identifierParts'>;

/** A resource that can be asked about. */
export function changedResource(turn: Turn, record: ResourceRecord): ChangedResource {
  const { typeName, identifier } = record;
  return {
    ...record,
    properties: () => readNewResource(turn, record, identifier),
    async identifierParts() {
      const { schema } = await knownType(turn, typeName);
      return schema === undefined ? { identifier } : identifierParts(schema, identifier);
    },
  };
}

/** What is kept of a resource. */
export function recordOf({ properties: _, identifierParts: __, ...record }: ChangedResource): ResourceRecord {
  return record;
}
