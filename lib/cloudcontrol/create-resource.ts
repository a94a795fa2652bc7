import { type DesiredState, documentText, type ResourceTarget, readDesiredState, readTarget } from './request-input.ts';
import { requestOfPlan } from './request-of-plan.ts';
import type { ResourceRequest } from './resource-request.ts';

/** Options of {@link createResource}. */
export interface CreateResourceOptions extends ResourceTarget {
  readonly desiredState: DesiredState;
}

/**
 * A request for a new resource. Within one task it is made once, however often the task is delivered. It is made anew
 * after a failure that passes, unless the one that failed may have left something.
 *
 * Permissions: cloudformation:CreateResource and cloudformation:GetResourceRequestStatus, cloudformation:GetResource to
 * see what a failure left, and what the type's create and read handlers need.
 *
 * @throws ConfigurationError when the type or the desired state cannot be
 */
export function createResource(options: CreateResourceOptions): ResourceRequest {
  const place = readTarget('createResource', options, ['desiredState']);
  const document = readDesiredState(place.typeName, options.desiredState);
  const input = { DesiredState: documentText('the desired state', document) };
  return requestOfPlan({
    title: `create ${place.typeName}`,
    place,
    document,
    takesOver: false,
    prepare: async () => ({
      kind: 'request',
      operation: 'CREATE',
      input,
      identifier: undefined,
      changedProperties: Object.keys(document),
      warnings: [],
    }),
  });
}
