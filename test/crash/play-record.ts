import type { Decision } from '../../lib/core/decision.ts';
import type { Delivery } from '../../lib/core/delivery.ts';
import type { SeenRequest } from './seen-request.ts';

/** Who makes a call. */
export type Caller = 'function' | 'last-resort' | 'completer';

/** Where an event comes from; `end` where it tells how that ended which the work was left to. */
export type EventSource = 'service' | 'queue' | 'continuation' | 'end';

/** One outbound call of a story, in the order in which the harness saw it. */
export interface RecordedCall {
  readonly order: number;
  /** Simulated milliseconds. */
  readonly at: number;
  /** What the service waits for: the one that a report names, and of every other call the one that its event is about. */
  readonly callbackId: string;
  /** The entry of the ledger that a call of the table is about, also where it is about the row of its state. */
  readonly key: string | undefined;
  readonly by: Caller;
  readonly environmentId: string;
  /** The request that the environment works on. */
  readonly requestId: string;
  /** The how manieth attempt of the event, or receipt of the message, its invocation is, from 1. */
  readonly attempt: number;
  /** How the function came to its event: from the service, from a queue of the service, or put off by a run before. */
  readonly source: EventSource;
  /** Such as `dynamodb:UpdateItem`; `work` for the side effect of the logic. */
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
  readonly fault: string;
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
  /** How long it took, its cold start included, in simulated milliseconds: real ones, since time then is real. */
  readonly tookMs: number;
}

/** What the service made of a callback. */
export interface RecordedAnswer {
  readonly order: number;
  readonly callbackId: string;
  readonly kind: 'succeeded' | 'failed' | 'continued' | 'timedOut';
  readonly detail: string;
  /** How long after its first delivery had reached a function, in simulated milliseconds. */
  readonly waitedMs: number;
  /** For how much of that time functions ran, of this play or of others: what a busy machine makes longer. */
  readonly busyMs: number;
}

/** Everything that was seen of one play of a case. */
export interface PlayRecord {
  readonly play: string;
  /** The function whose events that ask for no answer belong to it, where there is one. */
  readonly functionName: string | undefined;
  /** In the order of their delivery. */
  readonly callbackIds: string[];
  /** What the first delivery of each asked for, by id. */
  readonly deliveries: Map<string, Delivery>;
  /** When a function was handed each for the first time, in simulated milliseconds. */
  readonly begun: Map<string, number>;
  readonly calls: RecordedCall[];
  readonly ends: RecordedEnd[];
  readonly answers: RecordedAnswer[];
  /** Lines that its functions wrote. */
  readonly lines: string[];
  /** What became known beside the answers, such as the events of a bus, as JSON. */
  readonly told: string[];
  /** Decisions that stand in the ledger at the end, by the key of their entry. */
  readonly standing: Map<string, Decision>;
  /** Requests of Cloud Control about what is named after the play, as they stand at the end. */
  readonly requests: SeenRequest[];
  /** The callbacks that builds worked for, once for each build. */
  readonly builds: string[];
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
    deliveries: new Map(),
    begun: new Map(),
    calls: [],
    ends: [],
    answers: [],
    lines: [],
    told: [],
    standing: new Map(),
    requests: [],
    builds: [],
    deadLettered: false,
    struck: [],
  };
}

/** The keys of the entries that a play's deliveries belong to, in the order in which they began. */
export function entryKeysOf({ deliveries }: PlayRecord): readonly string[] {
  return [...new Set([...deliveries.values()].map(({ key }) => key))];
}

/** The key of the entry that a callback belongs to. */
export function keyOfCallback({ deliveries }: PlayRecord, callbackId: string): string {
  return deliveries.get(callbackId)?.key ?? '';
}
