import type { CloudEventName, CloudEvents } from '../../local/kernel/events.ts';
import { createBoundedMap } from './bounded-map.ts';
import type { HistoryParts } from './history-parts.ts';
import { createInvocations } from './invocations.ts';
import { createOwedAnswers } from './owed-answers.ts';
import type { CallRecord, InvocationRecord, LineRecord, Moment, NoteRecord, Owed, Tally } from './records.ts';
import { isOpen } from './records.ts';

/** How much a history holds of each kind; the oldest goes first, and what is settled before what is open. */
export interface HistoryLimits {
  readonly owed: number;
  readonly invocations: number;
  readonly calls: number;
  readonly lines: number;
  readonly notes: number;
  /** Moments of one timeline. */
  readonly moments: number;
}

/** The limits of a console. */
export const HISTORY_LIMITS: HistoryLimits = {
  owed: 10_000,
  invocations: 2_000,
  calls: 5_000,
  lines: 10_000,
  notes: 1_000,
  moments: 400,
};

/** What has happened in a local cloud, as far as it is kept. It is made of events alone: it asks nobody and no clock. */
export interface History {
  /** Takes an event that happened at a simulated time. */
  take<Name extends CloudEventName>(name: Name, event: CloudEvents[Name], at: number): void;
  /** Grows with each change; every record holds the one of its last change. */
  readonly version: number;
  readonly owed: ReadonlyMap<string, Owed>;
  readonly invocations: ReadonlyMap<string, InvocationRecord>;
  readonly calls: ReadonlyMap<string, CallRecord>;
  readonly lines: ReadonlyMap<string, LineRecord>;
  readonly notes: ReadonlyMap<string, NoteRecord>;
  readonly tally: Readonly<Tally>;
  /** What IAM refused last. */
  readonly lastRefusal: CloudEvents['refusal'] | undefined;
  /** The moments of an owed answer, oldest first. */
  timeline(owedId: string): readonly Moment[];
  /** Adds a moment that no event tells, such as what somebody did in the console. */
  note(owedId: string, moment: Moment): void;
}

type Takers = { readonly [Name in CloudEventName]?: (event: CloudEvents[Name], at: number) => void };

/** Creates an empty history. */
export function createHistory(limits: HistoryLimits = HISTORY_LIMITS): History {
  let version = 0;
  let lastRefusal: CloudEvents['refusal'] | undefined;
  const timelines = createBoundedMap<Moment[]>(limits.owed);
  const parts: HistoryParts = {
    owed: createBoundedMap(limits.owed, (owed) => !isOpen(owed)),
    invocations: createBoundedMap(limits.invocations, ({ endedAt }) => endedAt !== undefined),
    calls: createBoundedMap(limits.calls),
    lines: createBoundedMap(limits.lines),
    notes: createBoundedMap(limits.notes),
    tally: { idleWakes: 0, idlePolls: 0, answered: 0, lost: 0 },
    next: () => ++version,
    addMoment(owedId, moment) {
      const moments = timelines.get(owedId) ?? [];
      // The beginning tells most; what is left out is in the middle.
      if (moments.length >= limits.moments) moments.splice(Math.floor(limits.moments / 4), 1);
      moments.push(moment);
      if (moments.length === 1) timelines.set(owedId, moments);
    },
    addNote(kind, text, at) {
      const id = ++version;
      parts.notes.set(String(id), { id, at, kind, text, version: id });
    },
  };
  const answers = createOwedAnswers(parts);
  const invocations = createInvocations(parts, answers);
  const takers: Takers = {
    offer: answers.offer,
    delivery: answers.deliver,
    answer: answers.answer,
    withdrawal: answers.withdraw,
    invocation: invocations.begin,
    environment: invocations.place,
    invocationEnd: invocations.end,
    log: invocations.log,
    asyncFailure: invocations.giveUp,
    call: invocations.call,
    refusal(event, at) {
      lastRefusal = event;
      invocations.refuse(event);
      parts.addNote(
        'refusal',
        `${event.functionName ?? event.principal} may not ${event.action} on ${event.resource}`,
        at,
      );
    },
    state: ({ resource, state, detail }, at) =>
      parts.addNote('state', `${resource} ${state}${detail ? `: ${detail}` : ''}`, at),
    stub: ({ pipeline, stage, action, outcome }, at) =>
      parts.addNote('stub', `${pipeline}/${stage}/${action}: a stub stood for it (${outcome})`, at),
    unsimulated: ({ kind, name, where }, at) =>
      parts.addNote('unsimulated', `${kind} ${name} is not simulated${where === undefined ? '' : ` (${where})`}`, at),
    notice({ message }, at) {
      const isFault = message.startsWith('injected fault ');
      parts.addNote(isFault ? 'fault' : 'notice', message, at);
      if (isFault) invocations.strike(message, at);
    },
  };

  return {
    take(name, event, at) {
      const taker = takers[name] as ((event: unknown, at: number) => void) | undefined;
      taker?.(event, at);
    },
    get version() {
      return version;
    },
    get lastRefusal() {
      return lastRefusal;
    },
    owed: parts.owed,
    invocations: parts.invocations,
    calls: parts.calls,
    lines: parts.lines,
    notes: parts.notes,
    tally: parts.tally,
    timeline: (owedId) => timelines.get(owedId) ?? [],
    note(owedId, moment) {
      const owed = parts.owed.get(owedId);
      if (owed === undefined) return;
      parts.addMoment(owedId, moment);
      owed.version = parts.next();
    },
  };
}
