import { notThere } from '../api/api-error.ts';
import type { ConsoleParts } from '../api/console-parts.ts';
import type { Moment } from '../state/records.ts';
import {
  type CallView,
  callView,
  type InvocationView,
  invocationView,
  type LineView,
  lineView,
  momentView,
  type OwedView,
  owedView,
} from './records-view.ts';

/** Everything about one owed answer. */
export interface OwedDetail {
  readonly owed: OwedView;
  /** The key of its entry in the ledger. */
  readonly entryKey: string | undefined;
  readonly timeline: readonly Moment[];
  readonly invocations: readonly InvocationView[];
}

/** Everything about one invocation; secrets are withheld. */
export interface InvocationDetail {
  readonly invocation: InvocationView;
  /** Undefined where it was too large to keep. */
  readonly event: unknown;
  readonly result: unknown;
  readonly lines: readonly LineView[];
  readonly calls: readonly CallView[];
}

/** Everything about one call; secrets are withheld. */
export interface CallDetail {
  readonly call: CallView;
  readonly input: unknown;
}

/** @throws ApiError when there is none */
export function owedDetail(id: string, parts: ConsoleParts): OwedDetail {
  const owed = parts.history.owed.get(id);
  if (owed === undefined) throw notThere('owed answer', id);
  const invocations = [...parts.history.invocations.values()].filter(({ owedIds }) => owedIds.includes(id));
  return {
    owed: owedView(owed, parts),
    entryKey: owed.entry?.key,
    timeline: parts.history.timeline(id).map((moment) => momentView(moment, parts)),
    invocations: invocations.map((record) => invocationView(record, parts)),
  };
}

/** @throws ApiError when there is none */
export function invocationDetail(id: string, parts: ConsoleParts): InvocationDetail {
  const { history, withholder } = parts;
  const record = history.invocations.get(id);
  if (record === undefined) throw notThere('invocation', id);
  return {
    invocation: invocationView(record, parts),
    event: withholder.withhold(record.event),
    result: withholder.withhold(record.result),
    lines: [...history.lines.values()]
      .filter(({ invocationId }) => invocationId === id)
      .map((line) => lineView(line, parts)),
    calls: [...history.calls.values()]
      .filter(({ invocationId }) => invocationId === id)
      .map((call) => callView(call, parts)),
  };
}

/** @throws ApiError when there is none */
export function callDetail(id: string, parts: ConsoleParts): CallDetail {
  const record = parts.history.calls.get(id);
  if (record === undefined) throw notThere('call', id);
  return { call: callView(record, parts), input: parts.withholder.withhold(record.input) };
}
