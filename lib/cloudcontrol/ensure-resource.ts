import { ConfigurationError } from '../core/errors.ts';
import { findByName } from './find-by-name.ts';
import { identifierIn, type ResourceIdentifier } from './identifier.ts';
import { knownType, readIdentifier } from './known-type.ts';
import { plannedPatch } from './patch/planned-patch.ts';
import { type Properties, type ResourcePlace, readResource } from './read-resource.ts';
import { type DesiredState, documentText, type ResourceTarget, readDesiredState, readTarget } from './request-input.ts';
import { requestOfPlan } from './request-of-plan.ts';
import type { Preparation } from './request-plan.ts';
import type { ResourceRequest, Turn } from './resource-request.ts';

/** Options of {@link ensureResource}. */
export interface EnsureResourceOptions extends ResourceTarget {
  /** What is not mentioned stays as it is; `null` removes a property. */
  readonly desiredState: DesiredState;
  /** @defaultValue what the desired state tells; where AWS gives the identifier, the resource is found by its name */
  readonly identifier?: ResourceIdentifier;
}

/**
 * A request that brings a resource to a desired state: creates it where it is missing, changes it where it differs, and
 * asks for nothing where it is as desired. It never deletes; a change that needs another resource is refused.
 *
 * Permissions: those of `createResource` and `updateResource`, and cloudformation:ListResources where AWS gives the
 * identifier.
 *
 * @throws ConfigurationError when the type or the desired state cannot be
 */
export function ensureResource(options: EnsureResourceOptions): ResourceRequest {
  const place = readTarget('ensureResource', options, ['identifier', 'desiredState']);
  const desired = readDesiredState(place.typeName, options.desiredState);
  return requestOfPlan({
    title: `ensure ${place.typeName}`,
    place,
    document: desired,
    takesOver: true,
    async prepare(turn, known) {
      const found = await find(turn, place, desired, known ?? options.identifier);
      const { schema, warnings } = await knownType(turn, place.typeName);
      if (found.live === undefined) return creation(desired, found.identifier, warnings);
      const { identifier, live } = found;
      return plannedPatch({ typeName: place.typeName, identifier, schema, warnings }, { live, desired });
    },
  });
}

type Found =
  | { readonly identifier: string; readonly live: Properties }
  | { readonly identifier: string | undefined; readonly live: undefined };

async function find(
  turn: Turn,
  place: ResourcePlace,
  desired: Properties,
  given: ResourceIdentifier | undefined,
): Promise<Found> {
  const { typeName } = place;
  if (given !== undefined) {
    const { identifier } = await readIdentifier(turn, typeName, given);
    return { identifier, live: await readResource(turn, place, identifier) };
  }
  const { schema, warnings } = await knownType(turn, typeName);
  if (schema === undefined)
    throw new ConfigurationError(`${typeName} cannot be looked for without its identifier: ${warnings.join('; ')}`);
  const told = identifierIn(schema, desired);
  if (told !== undefined) return { identifier: told, live: await readResource(turn, place, told) };
  return findByName(turn, place, schema, desired);
}

function creation(desired: Properties, identifier: string | undefined, warnings: readonly string[]): Preparation {
  const state = Object.fromEntries(Object.entries(desired).filter(([, value]) => value !== null));
  return {
    kind: 'request',
    operation: 'CREATE',
    input: { DesiredState: documentText('the desired state', state) },
    identifier,
    changedProperties: Object.keys(state),
    warnings,
  };
}
