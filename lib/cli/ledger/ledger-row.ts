import { ledgerAttributes as names } from '../../constants.ts';
import { type Callback, decodeCallback } from '../../core/callback.ts';
import type { Decision } from '../../core/decision.ts';
import type { Item } from '../../core/entry-persistence.ts';

/** One entry of the ledger as it is stored. Times are milliseconds since the epoch. */
export interface LedgerRow {
  readonly key: string;
  readonly callback: Callback | undefined;
  readonly decision: Decision | undefined;
  readonly requestId: string | undefined;
  readonly openedAt: number | undefined;
  readonly leaseUntil: number | undefined;
  /** Whether nobody works on it: it was given back, or waits for its next run. */
  readonly released: boolean;
  /** What the next run needs, and when it is due, where it waits for one. */
  readonly next: { readonly token: string; readonly dueAt: number } | undefined;
  /** Whether the entry counts no more, although DynamoDB has not deleted it yet. */
  readonly expired: boolean;
}

/** Reads an item of the ledger table. `now` is milliseconds since the epoch. */
export function readRow(item: Item, now: number): LedgerRow {
  const text = (attribute: string) => item[attribute]?.S || undefined;
  const number = (attribute: string) => (item[attribute]?.N === undefined ? undefined : Number(item[attribute].N));
  const callback = text(names.callback);
  const data = text(names.data);
  const token = text(names.token);
  return {
    key: text(names.key) ?? '',
    callback: callback === undefined ? undefined : readCallback(callback),
    decision: data === undefined ? undefined : (JSON.parse(data) as Decision),
    requestId: text(names.requestId),
    openedAt: number(names.openedAt),
    leaseUntil: number(names.inProgressExpiration),
    released: item[names.released]?.BOOL === true,
    next: token === undefined ? undefined : { token, dueAt: number(names.dueAt) ?? now },
    expired: (number(names.expiration) ?? Number.POSITIVE_INFINITY) * 1000 < now,
  };
}

/** A damaged entry must not hide the others. */
function readCallback(encoded: string): Callback | undefined {
  try {
    return decodeCallback(encoded);
  } catch {
    return undefined;
  }
}
