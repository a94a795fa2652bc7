import { unwrap } from '../../lib/core/envelope.ts';
import type { WireCall } from '../../lib/local/wire/interceptor.ts';
import { countBusyTime } from './busy-time.ts';
import type { Chronicle, ChronicleSource } from './chronicle.ts';
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

/** Services that a function calls about what its event is about, without naming it. */
const NAMELESS: ReadonlySet<string> = new Set([
  'cloudcontrol',
  'cloudformation',
  'codebuild',
  'dynamodb',
  'events',
  's3',
]);
/** The row of a state that is too large for its entry. */
const STATE_ROW = /#state#\d+$/;

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

/** Creates an empty chronicle of one story; `speed` is that of its cloud while no function runs. */
export function createChronicle(story: Story, source: () => ChronicleSource, speed: number): Chronicle {
  const records = new Map<string, PlayRecord>();
  const playOfCallback = new Map<string, string>();
  const requests = new Map<string, Request>();
  const lastRequests = new Map<string, string>();
  const calls = new Map<string, { record: PlayRecord; call: RecordedCall }>();
  const counts = new Map<string, number>();
  const secrets = new Set<string>();
  const busy = countBusyTime(speed);
  let order = 0;

  function count(key: string): number {
    const next = (counts.get(key) ?? 0) + 1;
    counts.set(key, next);
    return next;
  }

  /** What a call that was on its way when its process ended belongs to is what that process worked on. */
  function requestIdOf(environmentId: string): string | undefined {
    const requestId = source().requestOf(environmentId) ?? lastRequests.get(environmentId);
    if (requestId !== undefined) lastRequests.set(environmentId, requestId);
    return requestId;
  }

  function add(
    record: PlayRecord,
    callbackId: string,
    by: Caller,
    environmentId: string,
    action: string,
    input: unknown,
    key?: string,
  ) {
    const requestId = requestIdOf(environmentId) ?? '';
    const { attempt = 0, source: from = 'service' } = requests.get(requestId) ?? {};
    const call: RecordedCall = {
      order: ++order,
      at: source().now(),
      callbackId,
      key,
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

  function callbackIdOf({ service, input }: WireCall, request: Request | undefined): string | undefined {
    if (NAMELESS.has(service)) return request?.callbackId;
    if (service !== 'sqs') return story.callbackIdOf(input ?? {});
    const { MessageBody = 'null' } = input as { MessageBody?: string };
    return story.read(unwrap(JSON.parse(MessageBody)).event)?.recognised.id;
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
        const request = requests.get(requestIdOf(environmentId) ?? '');
        const isUnasked = request?.callbackId === NO_CALLBACK;
        const callbackId = (isUnasked ? undefined : callbackIdOf(call, request)) ?? NO_CALLBACK;
        const record = isUnasked ? request.record : recordOf(callbackId);
        if (record === undefined) return undefined;
        const by = source().callerOf(functionName);
        const action = `${call.service}:${call.operation}`;
        const added = add(record, callbackId, by, environmentId, action, call.input, entryKeyIn(call));
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
      for (const [id, requestId] of lastRequests) if (!requests.has(requestId)) lastRequests.delete(id);
      for (const [id, { record: its }] of calls) if (its === record) calls.delete(id);
      for (const key of counts.keys()) if (key === play || key.startsWith(`${play} `)) counts.delete(key);
    },
    recordOf,
    stall: (realMs) => busy.stall(source().now(), realMs),
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
      busy.begin(source().now());
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
      const { callbackId, delivery } = read;
      if (delivery !== undefined && !record.deliveries.has(callbackId)) {
        record.callbackIds.push(callbackId);
        record.deliveries.set(callbackId, delivery);
        record.begun.set(callbackId, source().now());
      }
      playOfCallback.set(callbackId, read.play);
      requests.set(requestId, { record, callbackId, by, attempt: read.receipt ?? attempt, source: read.source });
    },
    invocationEnd({ requestId, error, result, durationMs }) {
      const at = source().now();
      busy.end(at);
      const request = requests.get(requestId);
      if (request === undefined) return;
      const { record, callbackId, by } = request;
      const errorType = error?.errorType ?? (failsABatch(result) ? BATCH_ITEM_FAILURE : undefined);
      record.ends.push({ order: ++order, at, callbackId, by, requestId, errorType, tookMs: durationMs });
    },
    answer({ callbackId, kind, detail, waitedMs: serviceWaitedMs }) {
      const now = source().now();
      const record = recordOf(callbackId);
      // What passes before, the cloud itself takes: its files and connections are as fast as the machine is.
      const begunAt = record?.begun.get(callbackId) ?? now - serviceWaitedMs;
      const busyMs = busy.between(begunAt, now);
      record?.answers.push({ order: ++order, callbackId, kind, detail, waitedMs: now - begunAt, busyMs });
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

function entryKeyIn({ service, input }: WireCall): string | undefined {
  if (service !== 'dynamodb') return undefined;
  const { Key, Item } = (input ?? {}) as { Key?: { id?: { S?: string } }; Item?: { id?: { S?: string } } };
  return (Key ?? Item)?.id?.S?.replace(STATE_ROW, '');
}
