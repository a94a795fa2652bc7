/** One job on its way from the invocation that polled for it to the one that acknowledges and answers it. */
export interface HandOver {
  /** The job as CodePipeline offered it, its nonce included. */
  readonly job: OfferedJob;
  /** When it was offered, in milliseconds since the epoch. */
  readonly offeredAt: number;
  /** Answers for a third-party job; a secret. Absent for a custom one. */
  readonly clientToken?: string;
  /** Whose token that is, so that a newer one can be found. */
  readonly clientId?: string;
  /** Workers that keep another ledger, or none, poll for such jobs, too. */
  readonly shared?: boolean;
  /** A process of its own does the job: nobody retries it but that process. */
  readonly held?: boolean;
  /** There were more jobs than could be handed over at once: whoever is done with this one fetches the next. */
  readonly more?: boolean;
}

/** A job of PollForJobs or GetThirdPartyJobDetails, as far as it must be right. */
export interface OfferedJob {
  readonly id: string;
  readonly nonce: string;
  readonly data?: { readonly continuationToken?: string };
}

const MEMBER = 'ringback.job';

/** The event that carries a hand-over to its invocation. */
export function handOverEvent(handOver: HandOver): { readonly [MEMBER]: HandOver } {
  return { [MEMBER]: handOver };
}

/** The hand-over in an event; undefined where there is none that could be acknowledged. */
export function readHandOver(event: unknown): HandOver | undefined {
  const handOver = (event as Partial<Record<string, unknown>> | null | undefined)?.[MEMBER];
  const { job, offeredAt, clientToken, clientId, shared, held, more } = (handOver ?? {}) as Partial<HandOver>;
  if (!isOfferedJob(job)) return undefined;
  return {
    job,
    offeredAt: typeof offeredAt === 'number' ? offeredAt : 0,
    ...(isText(clientToken) ? { clientToken } : {}),
    ...(isText(clientId) ? { clientId } : {}),
    shared: shared === true,
    held: held === true,
    more: more === true,
  };
}

/** Whether a job has what it takes to be acknowledged: an id and a nonce. */
export function isOfferedJob(job: unknown): job is OfferedJob {
  const { id, nonce } = (job ?? {}) as Partial<Record<string, unknown>>;
  return isText(id) && isText(nonce);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
