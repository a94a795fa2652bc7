import { AwsCallError } from '../aws/index.ts';
import { PermissionError } from '../core/errors.ts';
import { codeOfException } from './failure-table.ts';
import { growingDelayMs } from './poll-delay.ts';
import type { Turn } from './resource-request.ts';

/** Properties of a resource. */
export type Properties = Readonly<Record<string, unknown>>;

/** What names a resource, and as whom it is read. */
export interface ResourcePlace {
  readonly typeName: string;
  readonly roleArn?: string | undefined;
  readonly typeVersionId?: string | undefined;
}

/** A resource that was just made is looked for so often, and at most so long apart, in milliseconds. */
const TRIES = 5;
const LONGEST_PAUSE_MS = 5_000;
const FIRST_PAUSE_MS = 500;

/** The properties of a resource; undefined where it is not there. @throws PermissionError, AwsCallError */
export async function readResource(
  { client }: Pick<Turn, 'client'>,
  place: ResourcePlace,
  identifier: string,
): Promise<Properties | undefined> {
  try {
    const answer = await client.call('GetResource', { ...placeMembers(place), Identifier: identifier });
    const { ResourceDescription } = answer as { ResourceDescription?: { Properties?: string } };
    return JSON.parse(ResourceDescription?.Properties ?? '{}') as Properties;
  } catch (error) {
    if (error instanceof AwsCallError && codeOfException(error) === 'NotFound') return undefined;
    throw error;
  }
}

/** {@link readResource} for a resource that must be there. @throws Error when it is not found in five tries */
export async function readNewResource(
  turn: Pick<Turn, 'client' | 'time'>,
  place: ResourcePlace,
  identifier: string,
): Promise<Properties> {
  for (let tries = 1; ; tries++) {
    const properties = await readResource(turn, place, identifier);
    if (properties !== undefined) return properties;
    if (tries === TRIES) throw new Error(`${place.typeName} ${identifier} is not found, although it was made`);
    await turn.time.sleep(growingDelayMs(FIRST_PAUSE_MS, tries, turn.time.random, LONGEST_PAUSE_MS));
  }
}

/** Whether a resource is there; one that cannot be looked at may be. */
export async function mayExist(turn: Turn, place: ResourcePlace, identifier: string): Promise<boolean> {
  try {
    return (await readResource(turn, place, identifier)) !== undefined;
  } catch (error) {
    if (error instanceof AwsCallError || error instanceof PermissionError) return true;
    throw error;
  }
}

/** The members by which the API knows a type, and as whom it acts. */
export function placeMembers({ typeName, roleArn, typeVersionId }: ResourcePlace): object {
  return {
    TypeName: typeName,
    ...(roleArn === undefined ? {} : { RoleArn: roleArn }),
    ...(typeVersionId === undefined ? {} : { TypeVersionId: typeVersionId }),
  };
}
