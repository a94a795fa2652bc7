import type { CloudEvents } from '../../lib/local/kernel/events.ts';
import type { Interceptor } from '../../lib/local/wire/interceptor.ts';
import type { Caller, PlayRecord, RecordedCall } from './play-record.ts';

/** What the chronicle needs of a cloud. */
export interface ChronicleSource {
  now(): number;
  callerOf(functionName: string): Caller;
  /** The request that an environment works on. */
  requestOf(environmentId: string): string | undefined;
}

/** Writes down, play by play, what the services and the functions do. */
export interface Chronicle {
  readonly interceptor: Interceptor;
  /** Begins a play; events of `functionName` that ask for no answer belong to it, too. */
  open(play: string, functionName?: string): PlayRecord;
  /** Ends a play: what still comes of it is forgotten. */
  close(play: string): void;
  /** The call that a request of the wire is, where it belongs to a play. */
  callOf(requestId: string): { readonly record: PlayRecord; readonly call: RecordedCall } | undefined;
  /** Counts a call of the logic to the work service. */
  work(
    play: string,
    callbackId: string,
    environmentId: string,
  ): { readonly record: PlayRecord; readonly call: RecordedCall } | undefined;
  /** Marks a call as acted upon. */
  acted(call: RecordedCall): void;
  invocation(event: CloudEvents['invocation']): void;
  invocationEnd(event: CloudEvents['invocationEnd']): void;
  answer(event: CloudEvents['answer']): void;
  log(event: CloudEvents['log']): void;
  /** Tells that this process could do nothing for so many real milliseconds. */
  stall(realMs: number): void;
  /** Every secret that was handed to a function so far. */
  readonly secrets: Set<string>;
  /** The play that a callback belongs to. */
  recordOf(callbackId: string): PlayRecord | undefined;
  /** The play that an event belongs to. */
  playOf(event: unknown): PlayRecord | undefined;
}
