import { ConfigurationError } from '../core/errors.ts';
import type { ResourceIdentifier } from './identifier.ts';
import { readIdentifier } from './known-type.ts';
import { checkPatchDocument, type PatchOperation } from './patch/patch-operation.ts';
import { type PatchedResource, plannedPatch } from './patch/planned-patch.ts';
import { readResource } from './read-resource.ts';
import { type DesiredState, type ResourceTarget, readDesiredState, readTarget } from './request-input.ts';
import { requestOfPlan } from './request-of-plan.ts';
import type { ResourceRequest } from './resource-request.ts';
import { isWithin } from './type-schema.ts';

/** Options of {@link updateResource}: a patch, or the properties that the patch is made from. */
export type UpdateResourceOptions = ResourceTarget & { readonly identifier: ResourceIdentifier } & (
    | { readonly patchDocument: readonly PatchOperation[]; readonly desiredState?: undefined }
    | {
        /** What is not mentioned stays as it is; `null` removes a property. */
        readonly desiredState: DesiredState;
        readonly patchDocument?: undefined;
      }
  );

/**
 * A request to change a resource in place. A change that would need another resource, or that nobody can make, is
 * refused before anything is asked for; one that changes nothing is a success without a request.
 *
 * Permissions: cloudformation:UpdateResource and cloudformation:GetResourceRequestStatus, cloudformation:GetResource for
 * a desired state, cloudformation:DescribeType to know what may be changed, and what the type's read and update handlers
 * need.
 *
 * @throws ConfigurationError when type, patch or desired state cannot be
 */
export function updateResource(options: UpdateResourceOptions): ResourceRequest {
  const place = readTarget('updateResource', options, ['identifier', 'patchDocument', 'desiredState']);
  const { typeName } = place;
  if ((options.patchDocument === undefined) === (options.desiredState === undefined)) {
    throw new ConfigurationError(`updateResource of ${typeName} takes either a patchDocument or a desiredState`);
  }
  const given = options.patchDocument === undefined ? undefined : checkPatchDocument(typeName, options.patchDocument);
  const desired = options.desiredState === undefined ? undefined : readDesiredState(typeName, options.desiredState);
  return requestOfPlan({
    title: `update ${typeName}`,
    place,
    document: desired ?? given?.map(({ value }) => value),
    takesOver: false,
    async prepare(turn) {
      const { identifier, schema, warnings } = await readIdentifier(turn, typeName, options.identifier);
      if (given !== undefined) return plannedPatch({ typeName, identifier, schema, warnings }, { given });
      const live = await readResource(turn, place, identifier);
      if (live === undefined) {
        throw new ConfigurationError(
          `${typeName} ${identifier} is not there: use ensureResource to create what is missing`,
        );
      }
      refuseOtherName({ typeName, identifier, schema }, live, desired ?? {});
      return plannedPatch({ typeName, identifier, schema, warnings }, { live, desired: desired ?? {} });
    },
  });
}

/** @throws ConfigurationError where the desired state is that of a resource with another name */
function refuseOtherName(
  { typeName, identifier, schema }: Pick<PatchedResource, 'typeName' | 'identifier' | 'schema'>,
  live: Readonly<Record<string, unknown>>,
  desired: Readonly<Record<string, unknown>>,
): void {
  const { primaryIdentifier = [], readOnly = [] } = schema ?? {};
  const others = primaryIdentifier
    .filter((property) => property.length === 1 && !isWithin(property, readOnly))
    .map(([name = '']) => name)
    .filter((name) => isOtherName(live[name], desired[name]));
  if (others.length === 0) return;
  throw new ConfigurationError(
    `${typeName} ${identifier} cannot be brought to the desired state: ${others.join(', ')} names another resource; leave it out, or name that one`,
  );
}

/** Services take names in any case, and ARNs in their place. */
function isOtherName(present: unknown, wanted: unknown): boolean {
  if (typeof present !== 'string' || typeof wanted !== 'string') return false;
  const isArn = present.startsWith('arn:') || wanted.startsWith('arn:');
  return !isArn && present.toLowerCase() !== wanted.toLowerCase();
}
