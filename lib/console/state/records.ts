/** How far an owed answer has come; see docs/console.md. */
export type OwedState =
  /** The service has work that no worker has taken. */
  | 'offered'
  /** Handed over; nobody works on it at the moment. */
  | 'delivered'
  | 'running'
  /** The logic asked to be run again later. */
  | 'waiting'
  /** Somebody else is to call `complete`. */
  | 'deferred'
  /** The decision is in the ledger, and the service has not been told yet. */
  | 'decided'
  /** The function is given up, and its record is on the way to whoever answers in its place. */
  | 'last resort'
  /** The service has its answer. */
  | 'reported'
  /** The service gave up, or the function is given up and nobody answers in its place. */
  | 'lost'
  /** The service waits no longer: somebody stopped what waited. */
  | 'withdrawn';

/** One answer that a service waits for, over all its continuations. Times are simulated milliseconds since the epoch. */
export interface Owed {
  readonly id: string;
  readonly service: string;
  /** What waits, for people: `PIPELINE/STAGE/ACTION`, `WORKFLOW/STEP`, `OPERATION of PRODUCT`. */
  detail: string;
  functionName?: string;
  state: OwedState;
  outcome?: 'succeeded' | 'failed' | 'timedOut';
  /** Why, or what the answer says. */
  reason: string;
  /** Whether the last resort had a hand in it. */
  lastResort: boolean;
  /** The service's own ids, one for each delivery. */
  readonly callbackIds: string[];
  readonly openedAt: number;
  changedAt: number;
  /** When the service gives up. */
  deadline?: number;
  /** When the logic runs again, or until when somebody may call `complete`. */
  dueAt?: number;
  settledAt?: number;
  invocations: number;
  /** The key of its entry in the ledger, and the table, as soon as they were seen. */
  entry?: { readonly key: string; readonly table: string };
  /** Grows with each change of anything in this history. */
  version: number;
}

/** What a moment of a timeline is about. */
export type MomentKind =
  | 'delivery'
  | 'invocation'
  | 'end'
  | 'log'
  | 'ledger'
  | 'call'
  | 'answer'
  | 'refusal'
  | 'fault'
  | 'givenUp'
  | 'console';

/** One moment of a timeline. */
export interface Moment {
  readonly at: number;
  readonly kind: MomentKind;
  readonly tone: 'plain' | 'good' | 'bad' | 'warning';
  readonly title: string;
  readonly detail: string;
  /** The invocation or call that it belongs to. */
  readonly invocationId?: string;
  readonly callId?: string;
}

/** One attempt at an event by a function. */
export interface InvocationRecord {
  /** Lambda's request id and the attempt. */
  readonly id: string;
  readonly functionName: string;
  readonly requestId: string;
  readonly attempt: number;
  readonly startedAt: number;
  readonly owedIds: string[];
  endedAt?: number;
  durationMs?: number;
  coldStart?: boolean;
  /** The most that its environment has held so far, and the function's limit, in MiB. */
  memory?: { readonly peakMb: number; readonly limitMb: number };
  error?: { readonly errorType: string; readonly errorMessage: string };
  environmentId?: string;
  /** The event as it came, secrets and all: it never leaves the process as it is. */
  event: unknown;
  result?: unknown;
  lines: number;
  version: number;
}

/** One call of an API. */
export interface CallRecord {
  readonly id: string;
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly principal: string;
  readonly functionName?: string;
  readonly status: number;
  readonly error?: string;
  /** What IAM did not allow. */
  readonly refusal?: { readonly action: string; readonly resource: string };
  readonly invocationId?: string;
  readonly input: unknown;
  readonly version: number;
}

/** One line that a function wrote. */
export interface LineRecord {
  readonly id: number;
  readonly at: number;
  readonly functionName: string;
  readonly invocationId?: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
  readonly version: number;
}

/** Something worth telling: a notice, a change of state, an injected fault. */
export interface NoteRecord {
  readonly id: number;
  readonly at: number;
  readonly kind: 'notice' | 'state' | 'fault' | 'stub' | 'unsimulated' | 'refusal';
  readonly text: string;
  readonly version: number;
}

/** What is counted instead of shown. */
export interface Tally {
  /** Invocations that had nothing to do. */
  idleWakes: number;
  /** Polls that gave nothing. */
  idlePolls: number;
  /** Callbacks that their service has its answer for. */
  answered: number;
  lost: number;
}

/** Whether the service still waits. */
export function isOpen({ state }: Pick<Owed, 'state'>): boolean {
  return state !== 'reported' && state !== 'lost' && state !== 'withdrawn';
}
