import type { Callback } from '../../lib/core/callback.ts';
import type { Decision } from '../../lib/core/decision.ts';

/** Who makes a call. */
export type Caller = 'function' | 'last-resort' | 'completer';

/** Where an event comes from. */
export type EventSource = 'service' | 'queue' | 'continuation';

/** One outbound call of a story, in the order in which the harness saw it. */
export interface RecordedCall {
  readonly order: number;
  /** Simulated milliseconds. */
  readonly at: number;
  readonly callbackId: string;
  readonly by: Caller;
  readonly environmentId: string;
  /** The request that the environment works on. */
  readonly requestId: string;
  /** The how manieth attempt of the event, or receipt of the message, its invocation is, from 1. */
  readonly attempt: number;
  /** How the function came to its event: from the service, from a queue of the service, or put off by a run before. */
  readonly source: EventSource;
  /** Such as `dynamodb:PutItem`; `work` for the side effect of the logic. */
  readonly action: string;
  // biome-ignore lint/suspicious/noExplicitAny: each operation has an input of its own shape, and the judge reads members of several
  readonly input: any;
  /** The how manieth call of the story it is, of its caller within the story, and of its invocation. */
  readonly position: { readonly story: number; readonly caller: number; readonly attempt: number };
  /** When the service had acted on it, and well, in the same order; undefined where it never did. */
  actedAt?: number;
  /** The code of the error that the service answered with. */
  error?: string;
}

/** A call at which something went wrong on purpose. */
export interface StruckCall {
  readonly call: RecordedCall;
  /** Whether the caller's process died of it. */
  readonly deadly: boolean;
}

/** How an invocation ended. */
export interface RecordedEnd {
  readonly order: number;
  readonly at: number;
  readonly callbackId: string;
  readonly by: Caller;
  readonly requestId: string;
  readonly errorType: string | undefined;
}

/** What the service made of a callback. */
export interface RecordedAnswer {
  readonly order: number;
  readonly callbackId: string;
  readonly kind: 'succeeded' | 'failed' | 'continued' | 'timedOut';
  readonly detail: string;
  readonly waitedMs: number;
}

/** Everything that was seen of one play of a case. */
export interface PlayRecord {
  readonly play: string;
  /** The function whose events that ask for no answer belong to it, where there is one. */
  readonly functionName: string | undefined;
  /** In the order of their delivery. */
  readonly callbackIds: string[];
  /** By id. */
  readonly callbacks: Map<string, Callback>;
  readonly calls: RecordedCall[];
  readonly ends: RecordedEnd[];
  readonly answers: RecordedAnswer[];
  /** Lines that its functions wrote. */
  readonly lines: string[];
  /** Decisions that stand in the ledger at the end, by entry. */
  readonly standing: Map<string, Decision>;
  /** Whether a message of it ended in the dead-letter queue. */
  deadLettered: boolean;
  /** The calls at which a strike hit. */
  readonly struck: StruckCall[];
}

/** In place of an id, for what is about no callback. */
export const NO_CALLBACK = '';

/** Creates the record of a play that has not begun. */
export function newPlayRecord(play: string, functionName?: string): PlayRecord {
  return {
    play,
    functionName,
    callbackIds: [],
    callbacks: new Map(),
    calls: [],
    ends: [],
    answers: [],
    lines: [],
    standing: new Map(),
    deadLettered: false,
    struck: [],
  };
}
