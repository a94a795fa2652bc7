import type { Json } from '../core/json.ts';
import type { ResourceOperation } from './progress-event.ts';

/** What is known of a request between two steps. Times are milliseconds since the epoch. */
export interface RequestState {
  /** The number of the request, from 1: one that failed in passing is made anew. */
  readonly attempt: number;
  /** How often it was waited for since it was made, or since it could not be made. */
  readonly polls: number;
  readonly openedAt: number;
  /** The request that is under way; absent where one is to be made. */
  readonly requestToken?: string;
  readonly requestedAt?: number;
  readonly operation?: ResourceOperation;
  readonly identifier?: string;
  readonly changedProperties?: readonly string[];
  readonly warnings?: readonly string[];
  /** Properties of which some changes take another resource. */
  readonly mayReplace?: readonly string[];
  readonly isCancelling?: boolean;
}

/** The state of a request that nobody has asked for yet. */
export function newRequestState(now: number): RequestState {
  return { attempt: 1, polls: 0, openedAt: now };
}

/** Reads what an earlier step left; undefined where that is none. */
export function readRequestState(state: Json | undefined): RequestState | undefined {
  const { attempt, polls, openedAt } = (state ?? {}) as Partial<Record<string, unknown>>;
  return [attempt, polls, openedAt].every((member) => typeof member === 'number')
    ? (state as unknown as RequestState)
    : undefined;
}

/** The state as JSON. */
export function requestStateJson(state: RequestState): Json {
  return JSON.parse(JSON.stringify(state)) as Json;
}

/** The same work as another request: what the one that failed was is forgotten. */
export function nextAttempt({ attempt, openedAt }: RequestState, identifier?: string): RequestState {
  return { attempt: attempt + 1, polls: 0, openedAt, ...(identifier === undefined ? {} : { identifier }) };
}
