import type { ResourceIdentifier } from './identifier.ts';
import { readIdentifier } from './known-type.ts';
import { type ResourceTarget, readTarget } from './request-input.ts';
import { requestOfPlan } from './request-of-plan.ts';
import type { ResourceRequest } from './resource-request.ts';

/** Options of {@link deleteResource}. */
export interface DeleteResourceOptions extends ResourceTarget {
  readonly identifier: ResourceIdentifier;
}

/**
 * A request to delete a resource; one that is gone already is a success.
 *
 * Permissions: cloudformation:DeleteResource and cloudformation:GetResourceRequestStatus, cloudformation:DescribeType to
 * check the identifier, and what the type's delete handler needs.
 *
 * @throws ConfigurationError when the type cannot be
 */
export function deleteResource(options: DeleteResourceOptions): ResourceRequest {
  const place = readTarget('deleteResource', options, ['identifier']);
  return requestOfPlan({
    title: `delete ${place.typeName}`,
    place,
    document: {},
    takesOver: false,
    async prepare(turn) {
      const { identifier, warnings } = await readIdentifier(turn, place.typeName, options.identifier);
      return {
        kind: 'request',
        operation: 'DELETE',
        input: { Identifier: identifier },
        identifier,
        changedProperties: [],
        warnings,
      };
    },
  });
}
