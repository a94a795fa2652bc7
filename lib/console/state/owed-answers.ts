import type { CloudEvents, OwedAnswer } from '../../local/kernel/events.ts';
import type { HistoryParts } from './history-parts.ts';
import type { LedgerWrite } from './ledger-write.ts';
import { isOpen, type Moment, type Owed, type OwedState } from './records.ts';

/** The owed answers of a history. */
export interface OwedAnswers {
  offer(event: OwedAnswer, at: number): void;
  deliver(event: CloudEvents['delivery'], at: number): void;
  answer(event: CloudEvents['answer'], at: number): void;
  withdraw(event: CloudEvents['withdrawal'], at: number): void;
  /** The owed answers that ids of an event mean. */
  named(ids: ReadonlySet<string>): readonly string[];
  /** Calls `watcher` for each id by which an owed answer is known from now on. */
  onKnown(watcher: (id: string, owedId: string) => void): void;
  /** An invocation has begun that an owed answer is about. */
  begin(owedId: string, moment: Moment, by: { readonly functionName: string; readonly isLastResort: boolean }): void;
  /** That invocation has ended. */
  end(owedId: string, moment: Moment): void;
  giveUp(owedId: string, moment: Moment, isCaught: boolean): void;
  write(write: LedgerWrite, owedIds: readonly string[], moment: Moment): void;
  tell(owedId: string, moment: Moment): void;
}

const ANSWERS = {
  succeeded: { tone: 'good', title: 'answered: succeeded' },
  failed: { tone: 'bad', title: 'answered: failed' },
  continued: { tone: 'warning', title: 'answered: continue' },
  timedOut: { tone: 'bad', title: 'gave up: nobody answered' },
} as const;

/** States in which an invocation that begins or ends says nothing new. */
const DECIDED: readonly OwedState[] = ['decided', 'reported', 'lost', 'withdrawn'];

/** Creates the owed answers. */
export function createOwedAnswers({ owed, tally, next, addMoment }: HistoryParts): OwedAnswers {
  const known = new Map<string, string>();
  const byEntry = new Map<string, string>();
  const watchers: ((id: string, owedId: string) => void)[] = [];

  function change(owedId: string, at: number, changes: Partial<Owed>, moment?: Moment): void {
    const record = owed.get(owedId);
    if (record === undefined) return;
    Object.assign(record, changes, { changedAt: at, version: next() });
    if (moment !== undefined) addMoment(owedId, moment);
  }

  function open({ service, callbackId, waiterId, detail, deadline }: OwedAnswer, at: number): Owed {
    const record: Owed = owed.get(waiterId) ?? {
      id: waiterId,
      service,
      detail,
      state: 'offered',
      reason: '',
      lastResort: false,
      callbackIds: [],
      openedAt: at,
      changedAt: at,
      invocations: 0,
      version: 0,
    };
    if (!owed.has(waiterId)) owed.set(waiterId, record);
    if (!record.callbackIds.includes(callbackId)) record.callbackIds.push(callbackId);
    if (deadline !== undefined && Number.isFinite(deadline)) record.deadline = deadline;
    return record;
  }

  /** From here on, events that hold its ids are about it; so may be one that a function has begun with already. */
  function announce({ callbackId, waiterId, eventId = callbackId }: OwedAnswer): void {
    for (const id of new Set([callbackId, eventId])) {
      known.set(id, waiterId);
      for (const watcher of watchers) watcher(id, waiterId);
    }
    forget();
  }

  /** Ids of answers that the history has forgotten go with them, now and then. */
  function forget(): void {
    if (known.size < 50_000) return;
    for (const [id, owedId] of known) if (!owed.has(owedId)) known.delete(id);
    for (const [key, owedId] of byEntry) if (!owed.has(owedId)) byEntry.delete(key);
  }

  return {
    offer(event, at) {
      const { id } = open(event, at);
      const title = `${event.service} has a job for whoever polls`;
      change(id, at, { state: 'offered' }, { at, kind: 'delivery', tone: 'plain', title, detail: event.detail });
      announce(event);
    },
    deliver(event, at) {
      const { functionName, detail, service } = event;
      const { id, state, invocations } = open(event, at);
      const to = functionName === undefined ? 'handed over' : `handed to ${nameOf(functionName)}`;
      const isRunning = state === 'running' || (state === 'offered' && invocations > 0);
      change(
        id,
        at,
        { state: isRunning ? 'running' : 'delivered', ...(functionName ? { functionName: nameOf(functionName) } : {}) },
        { at, kind: 'delivery', tone: 'plain', title: `${service}: ${to}`, detail },
      );
      announce(event);
    },
    answer({ callbackId, kind, detail, waitedMs, service }, at) {
      const owedId = known.get(callbackId);
      if (owedId === undefined) return;
      const { tone, title } = ANSWERS[kind];
      const moment: Moment = { at, kind: 'answer', tone, title: `${service} ${title}`, detail };
      if (kind === 'continued') {
        change(owedId, at, { state: 'waiting', reason: detail }, moment);
        return;
      }
      const lost = kind === 'timedOut';
      tally[lost ? 'lost' : 'answered']++;
      change(
        owedId,
        at,
        { state: lost ? 'lost' : 'reported', outcome: kind, reason: detail, settledAt: at },
        { ...moment, detail: `${detail}${detail === '' ? '' : ' '}(after ${Math.round(waitedMs / 100) / 10} s)` },
      );
    },
    withdraw({ callbackId, detail, service }, at) {
      const owedId = known.get(callbackId);
      if (owedId === undefined) return;
      const moment: Moment = { at, kind: 'answer', tone: 'warning', title: `${service} waits no longer`, detail };
      change(owedId, at, { state: 'withdrawn', reason: detail, settledAt: at }, moment);
    },
    named: (ids) => [...new Set([...ids].flatMap((id) => known.get(id) ?? []))],
    onKnown: (watcher) => void watchers.push(watcher),
    begin(owedId, moment, { functionName, isLastResort }) {
      const record = owed.get(owedId);
      if (record === undefined) return;
      const lastResort = record.lastResort || isLastResort;
      const state = DECIDED.includes(record.state) ? record.state : isLastResort ? 'last resort' : 'running';
      const changes = { state, lastResort, invocations: record.invocations + 1 };
      change(owedId, moment.at, { functionName, ...changes, ...functionOf(record) }, moment);
    },
    end(owedId, moment) {
      const record = owed.get(owedId);
      if (record === undefined) return;
      const state = record.state === 'running' ? 'delivered' : record.state;
      change(owedId, moment.at, { state }, moment);
    },
    giveUp(owedId, moment, isCaught) {
      const record = owed.get(owedId);
      if (record === undefined) return;
      const changes: Partial<Owed> = isOpen(record) ? { state: isCaught ? 'last resort' : 'lost' } : {};
      change(owedId, moment.at, { ...changes, lastResort: record.lastResort || isCaught }, moment);
    },
    write({ table, key, state, until, reason }, owedIds, moment) {
      for (const owedId of byEntry.has(key) ? [byEntry.get(key) ?? ''] : owedIds) {
        const record = owed.get(owedId);
        if (record === undefined) continue;
        byEntry.set(key, owedId);
        const changes: Partial<Owed> = { entry: { key, table } };
        if (isOpen(record)) {
          if (state === 'succeeded' || state === 'failed') changes.state = 'decided';
          if (state === 'waiting' || state === 'deferred') changes.state = state;
        }
        if (reason !== undefined) changes.reason = reason;
        if ((state === 'waiting' || state === 'deferred') && until !== undefined) changes.dueAt = until;
        else delete record.dueAt;
        change(owedId, moment.at, changes, moment);
      }
    },
    tell: (owedId, moment) => change(owedId, moment.at, {}, moment),
  };
}

/** Who was named first stays: the last resort works for others. */
function functionOf({ functionName }: Owed): Pick<Owed, 'functionName'> {
  return functionName === undefined ? {} : { functionName };
}

function nameOf(functionNameOrArn: string): string {
  return functionNameOrArn.split(':function:').at(-1)?.split(':')[0] ?? functionNameOrArn;
}
