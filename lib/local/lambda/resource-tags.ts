import type { FunctionRegistry } from './function-registry.ts';
import { resourceNotFound } from './lambda-error.ts';
import type { LocalFunction } from './local-function.ts';
import type { MappingStore } from './mapping-store.ts';

/** The tags of functions and event source mappings. */
export interface ResourceTags {
  /** The tags of an ARN, to be changed in place. @throws AwsError ResourceNotFoundException */
  of(arn: string): Record<string, string>;
}

/** Creates the tags. Those that a function came with are its own from the start. */
export function createResourceTags(registry: FunctionRegistry, mappings: MappingStore): ResourceTags {
  const ofFunctions = new WeakMap<LocalFunction, Record<string, string>>();
  const ofMappings = new Map<string, Record<string, string>>();

  return {
    of(arn) {
      const [, uuid] = /:event-source-mapping:([\w-]+)$/.exec(arn) ?? [];
      if (uuid !== undefined) {
        const record = mappings.list().find(({ mapping }) => mapping.uuid === uuid);
        if (record === undefined) throw resourceNotFound('The resource you requested does not exist.');
        const { Tags = {} } = record.properties;
        const found = ofMappings.get(uuid) ?? { ...(Tags as Record<string, string>) };
        ofMappings.set(uuid, found);
        return found;
      }
      const { fn } = registry.resolve(arn);
      const found = ofFunctions.get(fn) ?? { ...fn.definition.tags };
      ofFunctions.set(fn, found);
      return found;
    },
  };
}
