import { isOpen, type NoteRecord } from '../state/records.ts';
import type { Change, Summary } from '../views/change.ts';
import type { CallDetail, InvocationDetail, OwedDetail } from '../views/details.ts';
import type { FunctionView } from '../views/functions-view.ts';
import type { CallView, InvocationView, LineView, OwedView } from '../views/records-view.ts';
import type { ServicesView } from '../views/services-view.ts';
import type { Route } from './route.ts';

/** How many rows a list shows at first, and how many more each time. */
export const ROWS = 100;

/** The most of each kind that the page holds; the API has the rest. */
const LIMITS = { owed: 10_000, invocations: 1_000, calls: 2_000, lines: 3_000, notes: 300 } as const;

/** What was fetched for the view that is open. */
export interface Fetched {
  owed?: OwedDetail;
  invocation?: InvocationDetail;
  call?: CallDetail;
  services?: ServicesView;
  functions?: readonly FunctionView[];
  faults?: {
    readonly armed: readonly { readonly id: number; readonly spec: string }[];
    readonly forms: readonly string[];
  };
  test?: { readonly fileName: string; readonly text: string };
  parameters?: readonly ParameterView[];
}

/** A parameter of a product, as the engine's parser tells it. */
export interface ParameterView {
  readonly name: string;
  readonly default: string;
  readonly type: string;
  readonly isSecret: boolean;
  readonly description: string;
}

/** Everything that the page shows. Nothing in here knows of a browser. */
export interface PageState {
  readonly summary: Summary | undefined;
  /** When the summary came, in real milliseconds of the page. */
  readonly receivedAt: number;
  readonly isConnected: boolean;
  readonly token: string | undefined;
  readonly route: Route;
  readonly rows: number;
  readonly owed: ReadonlyMap<string, OwedView>;
  readonly invocations: ReadonlyMap<string, InvocationView>;
  readonly calls: ReadonlyMap<string, CallView>;
  readonly lines: ReadonlyMap<string, LineView>;
  readonly notes: ReadonlyMap<string, NoteRecord>;
  readonly fetched: Fetched;
  readonly message: { readonly tone: 'good' | 'bad'; readonly text: string } | undefined;
}

/** The state of a page that has just been opened. */
export function emptyState(route: Route, token: string | undefined): PageState {
  const none = { owed: new Map(), invocations: new Map(), calls: new Map(), lines: new Map(), notes: new Map() };
  const rest = { summary: undefined, receivedAt: 0, isConnected: false, rows: ROWS, fetched: {}, message: undefined };
  return { ...none, ...rest, route, token };
}

/** The state after a change has come; that of another cloud on the same port begins anew. */
export function applyChange(state: PageState, change: Change, receivedAt: number): PageState {
  const isAnother = state.summary !== undefined && state.summary.instance !== change.summary.instance;
  const before = isAnother ? emptyState(state.route, state.token) : state;
  return {
    ...before,
    summary: change.summary,
    receivedAt,
    isConnected: true,
    owed: merged(before.owed, change.owed, LIMITS.owed),
    invocations: merged(before.invocations, change.invocations, LIMITS.invocations),
    calls: merged(before.calls, change.calls, LIMITS.calls),
    lines: merged(before.lines, change.lines, LIMITS.lines),
    notes: merged(before.notes, change.notes, LIMITS.notes),
  };
}

function merged<Value extends { readonly id: string | number }>(
  held: ReadonlyMap<string, Value>,
  news: readonly Value[],
  limit: number,
): ReadonlyMap<string, Value> {
  if (news.length === 0) return held;
  const all = new Map(held);
  for (const record of news) all.set(String(record.id), record);
  for (const id of all.keys()) {
    if (all.size <= limit) break;
    all.delete(id);
  }
  return all;
}

/** The simulated time that it is now, in milliseconds since the epoch: a page counts on from the last it heard. */
export function simulatedNow({ summary, receivedAt, isConnected }: PageState, realNow: number): number {
  if (summary === undefined) return 0;
  const rate = summary.running > 0 ? 1 : summary.speed;
  return summary.now + (isConnected ? Math.max(0, realNow - receivedAt) * rate : 0);
}

/** The owed answers that fit the filter: those that are owed still first, the most urgent one on top. */
export function owedRows(state: PageState): readonly OwedView[] {
  const fitting = [...state.owed.values()].filter((owed) => fits(owed, state.route.filter));
  const open = fitting.filter(isOpen).sort((one, other) => urgency(one) - urgency(other));
  const settled = fitting.filter((owed) => !isOpen(owed)).sort((one, other) => other.changedAt - one.changedAt);
  return [...open, ...settled];
}

function urgency({ deadline = Number.POSITIVE_INFINITY, openedAt }: OwedView): number {
  return Number.isFinite(deadline) ? deadline : Number.MAX_SAFE_INTEGER / 2 + openedAt;
}

/** Records that fit the filter, the newest first. */
export function newestFirst<Value extends object>(
  records: ReadonlyMap<string, Value>,
  filter: string,
): readonly Value[] {
  return [...records.values()].filter((record) => fits(record, filter)).reverse();
}

/** Whether each word of a filter stands anywhere in a record. */
export function fits(record: object, filter: string): boolean {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return true;
  // Times and versions are numbers that nobody sees as they are: a word must not be found in them.
  const text = JSON.stringify(record, (_, value) => (typeof value === 'number' ? undefined : value)).toLowerCase();
  return words.every((word) => text.includes(word));
}
