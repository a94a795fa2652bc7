import { unwrap } from '../../lib/core/unwrap.ts';
import type { CloudEvents } from '../../lib/local/kernel/events.ts';
import type { Interceptor, WireCall } from '../../lib/local/wire/interceptor.ts';
import {
  type Caller,
  type EventSource,
  NO_CALLBACK,
  newPlayRecord,
  type PlayRecord,
  type RecordedCall,
} from './play-record.ts';
import { failedFunction, readDelivered } from './read-delivered.ts';
import type { Story } from './story.ts';

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
  /** Every secret that was handed to a function so far. */
  readonly secrets: Set<string>;
  /** The play that a callback belongs to. */
  recordOf(callbackId: string): PlayRecord | undefined;
  /** The play that an event belongs to. */
  playOf(event: unknown): PlayRecord | undefined;
}

/** A callback's own entry, the one in which the outcome of a deferral arrives, or a state too large for its token. */
const LEDGER_KEY = /^(?:state#)?[a-z-]+#([^#]+?)(?:\/deferred|#\d+|#claim)?$/;

/** What stands for the error of an invocation that gave a message of a queue back. */
export const BATCH_ITEM_FAILURE = 'BatchItemFailure';

/** An invocation that belongs to a play. */
interface Request {
  readonly record: PlayRecord;
  readonly callbackId: string;
  readonly by: Caller;
  readonly attempt: number;
  readonly source: EventSource;
}

/** Creates an empty chronicle of one story. */
export function createChronicle(story: Story, source: () => ChronicleSource): Chronicle {
  const records = new Map<string, PlayRecord>();
  const playOfCallback = new Map<string, string>();
  const requests = new Map<string, Request>();
  const calls = new Map<string, { record: PlayRecord; call: RecordedCall }>();
  const counts = new Map<string, number>();
  const secrets = new Set<string>();
  let order = 0;

  function count(key: string): number {
    const next = (counts.get(key) ?? 0) + 1;
    counts.set(key, next);
    return next;
  }

  function add(
    record: PlayRecord,
    callbackId: string,
    by: Caller,
    environmentId: string,
    action: string,
    input: unknown,
  ) {
    const requestId = source().requestOf(environmentId) ?? '';
    const { attempt = 0, source: from = 'service' } = requests.get(requestId) ?? {};
    const call: RecordedCall = {
      order: ++order,
      at: source().now(),
      callbackId,
      by,
      environmentId,
      requestId,
      attempt,
      source: from,
      action,
      input,
      position: {
        story: count(record.play),
        caller: count(`${record.play} ${by}`),
        attempt: count(`${record.play} ${environmentId} ${requestId} ${attempt}`),
      },
    };
    record.calls.push(call);
    return { record, call };
  }

  function callbackIdOf({ service, input }: WireCall): string | undefined {
    if (service === 'sqs') {
      const { MessageBody = 'null' } = input as { MessageBody?: string };
      return story.read(unwrap(JSON.parse(MessageBody)).event)?.callback.id;
    }
    if (service !== 'dynamodb') return story.callbackIdOf(input ?? {});
    const { Key, Item } = input as { Key?: { id?: { S?: string } }; Item?: { id?: { S?: string } } };
    return LEDGER_KEY.exec((Key ?? Item)?.id?.S ?? '')?.[1];
  }

  function recordOf(callbackId: string | undefined): PlayRecord | undefined {
    return callbackId === undefined ? undefined : records.get(playOfCallback.get(callbackId) ?? '');
  }

  /** The play that has what this function does for no callback. */
  function recordOfFunction(functionName: string | undefined): PlayRecord | undefined {
    if (functionName === undefined) return undefined;
    return [...records.values()].findLast((record) => record.functionName === functionName);
  }

  return {
    secrets,
    interceptor: {
      before(call) {
        const { functionName, environmentId } = call.principal;
        if (functionName === undefined || environmentId === undefined) return undefined;
        const request = requests.get(source().requestOf(environmentId) ?? '');
        const isUnasked = request?.callbackId === NO_CALLBACK;
        const callbackId = (isUnasked ? undefined : callbackIdOf(call)) ?? NO_CALLBACK;
        const record = isUnasked ? request.record : recordOf(callbackId);
        if (record === undefined) return undefined;
        const by = source().callerOf(functionName);
        const added = add(record, callbackId, by, environmentId, `${call.service}:${call.operation}`, call.input);
        calls.set(call.requestId, added);
        return undefined;
      },
      after(call, { error }) {
        const known = calls.get(call.requestId);
        if (known === undefined) return undefined;
        if (error === undefined) known.call.actedAt = ++order;
        else known.call.error = error.code;
        return undefined;
      },
    },
    open(play, functionName) {
      const record = newPlayRecord(play, functionName);
      records.set(play, record);
      return record;
    },
    close(play) {
      const record = records.get(play);
      records.delete(play);
      for (const id of record?.callbackIds ?? []) playOfCallback.delete(id);
      for (const [id, { record: its }] of requests) if (its === record) requests.delete(id);
      for (const [id, { record: its }] of calls) if (its === record) calls.delete(id);
      for (const key of counts.keys()) if (key === play || key.startsWith(`${play} `)) counts.delete(key);
    },
    recordOf,
    callOf: (requestId) => calls.get(requestId),
    work(play, callbackId, environmentId) {
      const record = records.get(play);
      return record && add(record, callbackId, 'function', environmentId, 'work', undefined);
    },
    acted(call) {
      call.actedAt = ++order;
    },
    playOf: (event) => records.get(readDelivered(story, event)?.play ?? '') ?? recordOfFunction(failedFunction(event)),
    invocation({ functionName, requestId, attempt, event }) {
      const read = readDelivered(story, event);
      const by = source().callerOf(functionName);
      if (read === undefined) {
        const record = recordOfFunction(by === 'last-resort' ? failedFunction(event) : functionName);
        if (record !== undefined) {
          requests.set(requestId, { record, callbackId: NO_CALLBACK, by, attempt, source: 'service' });
        }
        return;
      }
      const record = records.get(read.play);
      if (record === undefined) return;
      for (const secret of read.secrets) secrets.add(secret);
      const { callbackId, callback } = read;
      if (!record.callbackIds.includes(callbackId)) record.callbackIds.push(callbackId);
      if (callback !== undefined) record.callbacks.set(callbackId, callback);
      playOfCallback.set(callbackId, read.play);
      requests.set(requestId, { record, callbackId, by, attempt: read.receipt ?? attempt, source: read.source });
    },
    invocationEnd({ requestId, error, result }) {
      const request = requests.get(requestId);
      if (request === undefined) return;
      const { record, callbackId, by } = request;
      const errorType = error?.errorType ?? (failsABatch(result) ? BATCH_ITEM_FAILURE : undefined);
      record.ends.push({ order: ++order, at: source().now(), callbackId, by, requestId, errorType });
    },
    answer({ callbackId, kind, detail, waitedMs }) {
      recordOf(callbackId)?.answers.push({ order: ++order, callbackId, kind, detail, waitedMs });
    },
    log({ requestId, line }) {
      requests.get(requestId ?? '')?.record.lines.push(line);
    },
  };
}

function failsABatch(result: unknown): boolean {
  const { batchItemFailures = [] } = (result ?? {}) as { batchItemFailures?: readonly unknown[] };
  return batchItemFailures.length > 0;
}
