import type { CloudControlClient } from './cloudcontrol-client.ts';
import { type ProgressEvent, progressEventOf, type ResourceOperation } from './progress-event.ts';

/** What is known of a request that is looked for. */
export interface LostRequest {
  readonly typeName: string;
  readonly operation: ResourceOperation;
  readonly identifier: string | undefined;
  /** It was not made before this moment, in milliseconds since the epoch. */
  readonly notBefore: number;
}

/** The largest page, and how many are read: 1,000 requests of the last 7 days. */
const PAGE = 100;
const MOST_PAGES = 10;

/**
 * Looks for a request by what it is about, the newest first. Nothing is filtered by the API: a filter by operation hides
 * requests that have none.
 *
 * @returns undefined where there is none, or several that cannot be told apart
 */
export async function findRequest(client: CloudControlClient, lost: LostRequest): Promise<ProgressEvent | undefined> {
  const found: ProgressEvent[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = (await client.call('ListResourceRequests', {
      MaxResults: PAGE,
      ...(NextToken === undefined ? {} : { NextToken }),
    })) as { ResourceRequestStatusSummaries?: readonly unknown[]; NextToken?: string };
    const events = (answer.ResourceRequestStatusSummaries ?? []).map(progressEventOf);
    found.push(...events.filter((event) => isSame(event, lost)));
    NextToken = answer.NextToken;
    if (NextToken === undefined) break;
  }
  const [newest, ...others] = found.sort((one, other) => (other.requestedAt ?? 0) - (one.requestedAt ?? 0));
  return lost.identifier === undefined && others.length > 0 ? undefined : newest;
}

function isSame(event: ProgressEvent, { typeName, operation, identifier, notBefore }: LostRequest): boolean {
  if (event.typeName !== typeName || (event.operation ?? operation) !== operation) return false;
  if (event.requestToken === undefined || (event.requestedAt ?? notBefore) < notBefore) return false;
  return identifier === undefined || event.identifier === identifier;
}
