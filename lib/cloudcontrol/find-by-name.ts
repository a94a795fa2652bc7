import { ConfigurationError } from '../core/errors.ts';
import { valueAt } from './identifier.ts';
import { type Properties, placeMembers, type ResourcePlace, readResource } from './read-resource.ts';
import type { Turn } from './resource-request.ts';
import type { PropertyPath, TypeSchema } from './type-schema.ts';

/** So many resources of a type are looked through. */
const MOST_PAGES = 50;
const PAGE = 100;

/**
 * Finds a resource whose identifier AWS gives by the name that it was created with, as `QueueName` of a queue whose
 * identifier is its address.
 *
 * @throws ConfigurationError when the desired state holds no such name: nobody could tell it from others, and each time
 * one more would be made
 */
export async function findByName(turn: Turn, place: ResourcePlace, schema: TypeSchema, desired: Properties) {
  const names = schema.createOnly.filter((path) => isName(path) && typeof valueAt(desired, path) === 'string');
  if (names.length === 0) {
    const made = schema.primaryIdentifier.map((path) => path.join('.')).join(', ');
    throw new ConfigurationError(
      `which ${place.typeName} is to be ensured cannot be told from the desired state: AWS gives its ${made}; pass the identifier, or use createResource`,
    );
  }
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const input = { ...placeMembers(place), MaxResults: PAGE, ...(NextToken === undefined ? {} : { NextToken }) };
    const answer = (await turn.client.call('ListResources', input)) as Listing;
    for (const { Identifier: identifier } of answer.ResourceDescriptions ?? []) {
      if (!names.every((path) => identifier.includes(String(valueAt(desired, path))))) continue;
      const live = await readResource(turn, place, identifier);
      if (live !== undefined && names.every((path) => valueAt(live, path) === valueAt(desired, path))) {
        return { identifier, live };
      }
    }
    NextToken = answer.NextToken;
    if (NextToken === undefined) break;
  }
  return { identifier: undefined, live: undefined };
}

interface Listing {
  readonly ResourceDescriptions?: readonly { readonly Identifier: string }[];
  readonly NextToken?: string;
}

/** The names of types end so: `QueueName`, `TopicName`, `Name`. */
function isName(path: PropertyPath): boolean {
  return path.length === 1 && /Name$/.test(path[0] ?? '');
}
