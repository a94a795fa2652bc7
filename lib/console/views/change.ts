import type { ConsoleParts } from '../api/console-parts.ts';
import type { NoteRecord } from '../state/records.ts';
import { isOpen, type Tally } from '../state/records.ts';
import {
  type CallView,
  callView,
  type InvocationView,
  invocationView,
  type LineView,
  lineView,
  noteView,
  type OwedView,
  owedView,
} from './records-view.ts';

/** How things stand in a word or two. Times are simulated milliseconds since the epoch. */
export interface Summary {
  readonly apiVersion: 1;
  readonly instance: string;
  readonly version: number;
  readonly now: number;
  readonly startedAt: number;
  readonly speed: number;
  readonly endpoint: string;
  readonly readOnly: boolean;
  /** How many answers are owed, by service. */
  readonly open: Readonly<Record<string, number>>;
  readonly running: number;
  readonly tally: Tally;
}

/** What has changed since a version. */
export interface Change {
  readonly summary: Summary;
  readonly owed: readonly OwedView[];
  readonly invocations: readonly InvocationView[];
  readonly calls: readonly CallView[];
  readonly lines: readonly LineView[];
  readonly notes: readonly NoteRecord[];
}

/** Of a history that is told from its beginning, the last so many of each kind; the API's lists have the others. */
export const FIRST_LOOK = { invocations: 500, calls: 500, lines: 1_000, notes: 200 } as const;

/** How things stand. */
export function summaryOf({ cloud, history, readOnly, startedAt, instance }: ConsoleParts): Summary {
  const open: Record<string, number> = {};
  for (const owed of history.owed.values()) {
    if (isOpen(owed)) open[owed.service] = (open[owed.service] ?? 0) + 1;
  }
  return {
    apiVersion: 1,
    instance,
    version: history.version,
    now: Math.round(cloud.clock.now()),
    startedAt,
    speed: cloud.clock.speed,
    endpoint: cloud.endpoint,
    readOnly,
    open,
    running: cloud.lambda.environments().filter(({ requestId }) => requestId !== undefined).length,
    tally: { ...history.tally },
  };
}

/** What has changed since a version; 0 is the beginning. */
export function changeSince(since: number, parts: ConsoleParts): Change {
  const { history } = parts;
  return {
    summary: summaryOf(parts),
    owed: newer(history.owed, since).map((record) => owedView(record, parts)),
    invocations: newer(history.invocations, since, FIRST_LOOK.invocations).map((record) =>
      invocationView(record, parts),
    ),
    calls: newer(history.calls, since, FIRST_LOOK.calls).map((record) => callView(record, parts)),
    lines: newer(history.lines, since, FIRST_LOOK.lines).map((record) => lineView(record, parts)),
    notes: newer(history.notes, since, FIRST_LOOK.notes).map((record) => noteView(record, parts)),
  };
}

function newer<Value extends { readonly version: number }>(
  records: ReadonlyMap<string, Value>,
  since: number,
  most = Number.POSITIVE_INFINITY,
): readonly Value[] {
  const found = [...records.values()].filter(({ version }) => version > since);
  return found.length > most ? found.slice(-most) : found;
}
