import type { CloudEvents } from '../../local/kernel/events.ts';
import { idsIn } from './event-ids.ts';
import type { HistoryParts } from './history-parts.ts';
import { readLedgerWrite } from './ledger-write.ts';
import { isMetric, logText } from './log-text.ts';
import type { OwedAnswers } from './owed-answers.ts';
import type { CallRecord, InvocationRecord, Moment } from './records.ts';

/** How many invocations are remembered by the ids in their events, for a delivery that is told after they began. */
const RECENT = 50;
/** Events larger than this are not kept, in characters of JSON. */
const MOST_KEPT = 1_000_000;
/** Calls that a timeline shows; the others are what every function does to get there. */
const ANSWERING = /^(Put|Send|Notify|Acknowledge)/;
const POLLS = /^(PollFor|ReceiveMessage)/;

type Event<Name extends keyof CloudEvents> = CloudEvents[Name];

/** Creates the takers of events that functions cause. */
export function createInvocations(parts: HistoryParts, answers: OwedAnswers) {
  const { invocations, calls, lines, tally, next } = parts;
  const recent = new Map<string, ReadonlySet<string>>();
  const byEnvironment = new Map<string, string>();
  const byFunction = new Map<string, string>();
  let refusal: Event<'refusal'> | undefined;

  answers.onKnown((id, owedId) => {
    for (const [invocationId, ids] of recent) {
      const record = invocations.get(invocationId);
      if (record !== undefined && ids.has(id) && !record.owedIds.includes(owedId)) bind(record, owedId);
    }
  });

  function bind(record: InvocationRecord, owedId: string): void {
    record.owedIds.push(owedId);
    const { id, startedAt: at, functionName, attempt, event } = record;
    const title = `${functionName} begins${attempt > 1 ? `, attempt ${attempt}` : ''}`;
    const told = moment(at, 'invocation', attempt > 1 ? 'warning' : 'plain', title, '', id);
    answers.begin(owedId, told, { functionName, isLastResort: isFailureRecord(event) });
  }

  function ofEnvironment(environmentId: string | undefined): InvocationRecord | undefined {
    const id = environmentId === undefined ? undefined : byEnvironment.get(environmentId);
    const record = id === undefined ? undefined : invocations.get(id);
    return record?.endedAt === undefined ? record : undefined;
  }

  /** What asked for nothing is counted and forgotten. */
  function forgetIdle(record: InvocationRecord): void {
    if (record.owedIds.length > 0 || record.lines > 0 || record.error !== undefined || record.attempt > 1) return;
    tally.idleWakes++;
    invocations.delete(record.id);
    next();
  }

  return {
    begin({ functionName, requestId, attempt, event }: Event<'invocation'>, at: number): void {
      const id = `${requestId}.${attempt}`;
      const ids = idsIn(event);
      const kept = (JSON.stringify(event)?.length ?? 0) > MOST_KEPT ? undefined : event;
      const start = { id, functionName, requestId, attempt, startedAt: at, owedIds: [], lines: 0 };
      const record: InvocationRecord = { ...start, event: kept, version: next() };
      invocations.set(id, record);
      recent.set(id, ids);
      const [oldest] = recent.keys();
      if (recent.size > RECENT && oldest !== undefined) recent.delete(oldest);
      byFunction.set(requestId, id);
      for (const owedId of answers.named(ids)) bind(record, owedId);
    },
    place({ requestId, attempt, environmentId }: Event<'environment'>): void {
      const record = invocations.get(`${requestId}.${attempt}`);
      if (record === undefined) return;
      record.environmentId = environmentId;
      byEnvironment.set(environmentId, record.id);
    },
    end(event: Event<'invocationEnd'>, at: number): void {
      const { functionName, requestId, attempt, durationMs, coldStart, memory, error, result } = event;
      const record = invocations.get(`${requestId}.${attempt}`);
      byFunction.delete(requestId);
      if (record === undefined) return;
      if (record.environmentId !== undefined) byEnvironment.delete(record.environmentId);
      Object.assign(record, { endedAt: at, durationMs, coldStart, result, version: next() });
      if (memory !== undefined) record.memory = memory;
      if (error !== undefined) record.error = error;
      const title = error === undefined ? `${functionName} ends` : `${functionName} fails: ${error.errorType}`;
      const took = `${Math.round(durationMs)} ms${coldStart ? ', cold start' : ''}`;
      const detail = error === undefined ? took : `${error.errorMessage} (${took})`;
      for (const owedId of record.owedIds) {
        answers.end(owedId, moment(at, 'end', error === undefined ? 'plain' : 'bad', title, detail, record.id));
      }
      forgetIdle(record);
    },
    log({ functionName, requestId, line, stream }: Event<'log'>, at: number): void {
      if (isMetric(line)) return;
      const invocationId = requestId === undefined ? undefined : byFunction.get(requestId);
      const record = invocationId === undefined ? undefined : invocations.get(invocationId);
      const id = next();
      const bound = invocationId === undefined ? {} : { invocationId };
      lines.set(String(id), { id, at, functionName, ...bound, stream, line, version: id });
      if (record === undefined) return;
      record.lines++;
      const { level, text } = logText(line);
      const tone = level === 'ERROR' || level === 'CRITICAL' ? 'bad' : level === 'WARN' ? 'warning' : 'plain';
      for (const owedId of record.owedIds) answers.tell(owedId, moment(at, 'log', tone, text, '', record.id));
    },
    giveUp({ functionName, requestId, destination, condition }: Event<'asyncFailure'>, at: number): void {
      const given = [...invocations.values()].filter((record) => record.requestId === requestId);
      const detail = `${condition}${destination === undefined ? '; nobody answers in its place' : `; its record goes to ${lastPart(destination)}`}`;
      for (const owedId of new Set(given.flatMap(({ owedIds }) => owedIds))) {
        const told = moment(at, 'givenUp', 'bad', `${functionName} is given up`, detail);
        answers.giveUp(owedId, told, destination !== undefined);
      }
    },
    refuse(event: Event<'refusal'>): void {
      refusal = event;
    },
    call(event: Event<'call'>, at: number): void {
      const { service, operation, principal, functionName, environmentId, status, error, requestId, input } = event;
      const refused = refusal?.principal === principal && error !== undefined ? refusal : undefined;
      refusal = undefined;
      if (POLLS.test(operation) && error === undefined && isEmpty(event.output)) {
        tally.idlePolls++;
        return;
      }
      const record = ofEnvironment(environmentId);
      const call: CallRecord = {
        id: requestId,
        at,
        service,
        operation,
        principal,
        status,
        input,
        version: next(),
        ...(functionName === undefined ? {} : { functionName }),
        ...(error === undefined ? {} : { error }),
        ...(refused === undefined ? {} : { refusal: { action: refused.action, resource: refused.resource } }),
        ...(record === undefined ? {} : { invocationId: record.id }),
      };
      calls.set(call.id, call);
      const write = error === undefined && service === 'dynamodb' ? readLedgerWrite(operation, input) : undefined;
      if (write !== undefined) {
        const title = `ledger: ${write.state}${write.run === undefined ? '' : `, run ${write.run}`}`;
        const told = moment(at, 'ledger', 'plain', title, write.reason ?? '', record?.id, call.id);
        answers.write(write, record?.owedIds ?? [], told);
        return;
      }
      for (const owedId of record?.owedIds ?? []) {
        const told = callMoment(call, record?.id);
        if (told !== undefined) answers.tell(owedId, told);
      }
    },
    /** Binds a fault that struck to what was going on in the function that it names. */
    strike(message: string, at: number): void {
      for (const record of invocations.values()) {
        if (record.endedAt !== undefined || !message.includes(record.functionName)) continue;
        for (const owedId of record.owedIds)
          answers.tell(owedId, moment(at, 'fault', 'warning', message, '', record.id));
      }
    },
  };
}

function callMoment(call: CallRecord, invocationId: string | undefined): Moment | undefined {
  const { at, service, operation, status, error, refusal, id } = call;
  if (error === undefined && (service === 'dynamodb' || !ANSWERING.test(operation))) return undefined;
  if (refusal !== undefined) {
    const title = `not allowed: ${refusal.action}`;
    return moment(at, 'refusal', 'bad', title, `on ${refusal.resource}`, invocationId, id);
  }
  const title = `${service} ${operation}`;
  const detail = error ?? `answered ${status}`;
  return moment(at, 'call', error === undefined ? 'plain' : 'warning', title, detail, invocationId, id);
}

function moment(
  at: number,
  kind: Moment['kind'],
  tone: Moment['tone'],
  title: string,
  detail: string,
  invocationId?: string,
  callId?: string,
): Moment {
  return {
    at,
    kind,
    tone,
    title,
    detail,
    ...(invocationId === undefined ? {} : { invocationId }),
    ...(callId === undefined ? {} : { callId }),
  };
}

/** Whether an event holds Lambda's record of a function that was given up, as destinations and queues bring it. */
function isFailureRecord(event: unknown): boolean {
  return JSON.stringify(event)?.includes('requestPayload') === true;
}

function isEmpty(output: unknown): boolean {
  const { jobs, Messages } = (output ?? {}) as { jobs?: readonly unknown[]; Messages?: readonly unknown[] };
  return (jobs?.length ?? 0) === 0 && (Messages?.length ?? 0) === 0;
}

function lastPart(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}
