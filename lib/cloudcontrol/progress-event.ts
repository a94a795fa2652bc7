/** What a request does to a resource. */
export type ResourceOperation = 'CREATE' | 'UPDATE' | 'DELETE';

/** How far a request is, as Cloud Control tells it (API Reference, ProgressEvent); read leniently, without the model. */
export interface ProgressEvent {
  readonly typeName: string | undefined;
  /** May be there before the resource is, and after a failure without it. */
  readonly identifier: string | undefined;
  readonly requestToken: string | undefined;
  readonly hooksRequestToken: string | undefined;
  /** Absent in the requests of types that never existed. */
  readonly operation: string | undefined;
  /** One that is not known yet counts as under way. */
  readonly status: string;
  readonly errorCode: string | undefined;
  readonly statusMessage: string | undefined;
  /** When the request was made, in milliseconds since the epoch. */
  readonly requestedAt: number | undefined;
  /** When to ask again, in milliseconds since the epoch. */
  readonly retryAt: number | undefined;
}

type Members = Readonly<Record<string, unknown>>;

/** Reads the ProgressEvent member of an answer. */
export function readProgressEvent(answer: unknown): ProgressEvent {
  return progressEventOf(((answer ?? {}) as Members).ProgressEvent);
}

/** Reads a ProgressEvent, such as an entry of ListResourceRequests. */
export function progressEventOf(event: unknown): ProgressEvent {
  const members = (event ?? {}) as Members;
  const text = (name: string) => (typeof members[name] === 'string' ? (members[name] as string) : undefined);
  return {
    typeName: text('TypeName'),
    identifier: text('Identifier'),
    requestToken: text('RequestToken'),
    hooksRequestToken: text('HooksRequestToken'),
    operation: text('Operation'),
    status: text('OperationStatus') ?? 'UNKNOWN',
    errorCode: text('ErrorCode'),
    statusMessage: text('StatusMessage'),
    requestedAt: timeOf(members.EventTime),
    retryAt: timeOf(members.RetryAfter),
  };
}

/** JSON 1.0 has seconds since the epoch; proxies and recordings have ISO 8601. */
function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  return Number.isNaN(time) ? undefined : time;
}
