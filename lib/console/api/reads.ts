import { FAULT_FORMS } from '../../local/faults/parse-fault.ts';
import { changeSince, summaryOf } from '../views/change.ts';
import { callDetail, invocationDetail, owedDetail } from '../views/details.ts';
import { functionsView } from '../views/functions-view.ts';
import { keepAsTest } from '../views/keep-as-test.ts';
import { callView, invocationView, lineView, owedView } from '../views/records-view.ts';
import { servicesView } from '../views/services-view.ts';
import type { ConsoleParts } from './console-parts.ts';

/** What a reading request asks for. */
export interface Asked {
  /** The rest of the path, decoded. */
  readonly id: string;
  readonly query: URLSearchParams;
}

/** Answers a reading request with what becomes JSON. @throws ApiError */
export type Read = (parts: ConsoleParts, asked: Asked) => unknown;

const DEFAULT_LIMIT = 200;
const MOST_AT_ONCE = 10_000;

/** The reading requests of the API, by the first part of their path; with `/*` those that name one thing. */
export const reads: Readonly<Record<string, Read>> = {
  summary: (parts) => summaryOf(parts),
  change: (parts, { query }) => changeSince(Number(query.get('since') ?? 0), parts),
  owed: (parts, asked) => listed(parts.history.owed, asked, (record) => owedView(record, parts)),
  'owed/*': (parts, { id }) => owedDetail(id, parts),
  invocations: (parts, asked) => listed(parts.history.invocations, asked, (record) => invocationView(record, parts)),
  'invocations/*': (parts, { id }) => invocationDetail(id, parts),
  'tests/*': (parts, { id, query }) => keepAsTest(id, query.get('module'), parts),
  calls: (parts, asked) => listed(parts.history.calls, asked, (record) => callView(record, parts)),
  'calls/*': (parts, { id }) => callDetail(id, parts),
  lines: (parts, asked) => listed(parts.history.lines, asked, (record) => lineView(record, parts)),
  functions: (parts) => functionsView(parts),
  services: (parts) => servicesView(parts),
  faults: ({ faults }) => ({ armed: faults.list(), forms: FAULT_FORMS }),
  simulated: ({ cloud }) => cloud.simulated,
};

/** The newest first, of those whose text holds the filter. */
function listed<Value, View>(records: ReadonlyMap<string, Value>, { query }: Asked, view: (value: Value) => View) {
  const filter = query.get('filter')?.toLowerCase() ?? '';
  const limit = Math.min(MOST_AT_ONCE, Math.max(1, Number(query.get('limit') ?? DEFAULT_LIMIT) || DEFAULT_LIMIT));
  const found: View[] = [];
  for (const record of [...records.values()].reverse()) {
    const shown = view(record);
    if (filter !== '' && !JSON.stringify(shown).toLowerCase().includes(filter)) continue;
    found.push(shown);
    if (found.length === limit) break;
  }
  return { items: found };
}
