import type { LocalCloud } from 'ringback/local';

/** What a call that notes an acknowledgement sends to the ledger. */
interface Note {
  readonly jobId?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
}

/**
 * Finds the jobs whose process died between its claim and the note of that, from now on: nobody can tell any more whose
 * such a job is. A death after any later call is none of these.
 *
 * @returns their ids, as they come to be known
 */
export function findHalfClaims({ events }: LocalCloud): ReadonlySet<string> {
  const halfClaims = new Set<string>();
  const claimedJustNow = new Set<string>();
  /** What each environment has claimed, and not noted yet. */
  const claims = new Map<string, string>();
  const environmentOf = new Map<string, string>();

  events.on('delivery', ({ callbackId }) => void claimedJustNow.add(callbackId));
  events.on('call', ({ operation, input, status, environmentId }) => {
    if (environmentId === undefined) return;
    const { jobId = '', ExpressionAttributeValues: values } = (input ?? {}) as Note;
    if (operation === 'AcknowledgeJob') {
      if (claimedJustNow.delete(jobId)) claims.set(environmentId, jobId);
      return;
    }
    const isFailedNote = values?.[':acknowledged']?.S === 'yes' && status !== 200;
    if (!isFailedNote) claims.delete(environmentId);
  });
  events.on('environment', ({ requestId, environmentId }) => void environmentOf.set(requestId, environmentId));
  events.on('invocationEnd', ({ requestId, error }) => {
    const environment = environmentOf.get(requestId) ?? '';
    const job = claims.get(environment);
    claims.delete(environment);
    if (job !== undefined && error?.errorType === 'Runtime.ExitError') halfClaims.add(job);
  });
  return halfClaims;
}
