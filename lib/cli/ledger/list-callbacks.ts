import { AwsCallError, callJson } from '../../aws/index.ts';
import { ledgerAttributes as names } from '../../constants.ts';
import type { Callback } from '../../core/callback.ts';
import { decodeContinuation, deferralOf } from '../../core/continuation.ts';
import type { Decision } from '../../core/decision.ts';
import type { Item } from '../../core/entry-persistence.ts';
import { ledgerKey } from '../../core/ledger.ts';
import { retry, type TimeSource } from '../../core/retry.ts';
import { awsProblem } from './aws-problem.ts';
import { DYNAMODB } from './dynamodb-api.ts';
import { type LedgerRow, readRow } from './ledger-row.ts';
import type { LedgerTable } from './ledger-table.ts';

/**
 * How things stand with a callback.
 *
 * `running`: an invocation works on it. `died`: the invocation ended without a word; a retry or the last resort
 * answers. `retrying`: the logic asked to be run again. `waiting`: the logic runs again later. `deferred`: somebody is
 * to call `complete`. `overdue`: nobody did in time, and the deferral has not been ended yet. The others are decisions.
 */
export type CallbackState = 'running' | 'died' | 'retrying' | 'waiting' | 'deferred' | 'overdue' | Decision['kind'];

/** One callback of a ledger. Times are milliseconds since the epoch. */
export interface LedgerCallback {
  readonly callback: Callback;
  readonly state: CallbackState;
  readonly openedAt: number | undefined;
  readonly ageMs: number;
  /** When the ledger was read, on the ledger's own clock. */
  readonly listedAt: number;
  /** Lambda's request id of the attempt that holds or held it. */
  readonly requestId: string | undefined;
  /** Until when the state lasts at most: the lease, the wait, or the deferral. */
  readonly until: number | undefined;
  /** The decision that stands; of a deferred callback, what it was completed with. */
  readonly decision: Decision | undefined;
}

/** How long throttling and faults of DynamoDB are waited out, in milliseconds. */
const PATIENCE_MS = 10_000;
/** Errors of a network that no patience cures. */
const HOPELESS: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);
const DECIDED: ReadonlySet<CallbackState> = new Set(['succeeded', 'failed', 'continued']);

/** Tells whether nobody has decided a callback yet. */
export function isOpen({ state }: LedgerCallback): boolean {
  return !DECIDED.has(state);
}

/**
 * Reads every callback of a ledger, oldest first. It scans the table: for people, not for functions.
 *
 * @throws UsageError when the table cannot be read
 */
export async function listCallbacks(table: LedgerTable, time: TimeSource): Promise<readonly LedgerCallback[]> {
  const items = await scan(table, time).catch((error: unknown) => {
    throw awsProblem(error, `the ledger table ${table.name} in ${table.connection.region} could not be read`);
  });
  const rows = items.map((item) => readRow(item, time.now())).filter(({ expired }) => !expired);
  // In a local cloud simulated time is ahead of this machine's; nothing was opened in the future.
  const now = rows.reduce((latest, { openedAt }) => Math.max(latest, openedAt ?? 0), time.now());
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return rows
    .map((row) => describe(row, byKey, now))
    .filter((callback) => callback !== undefined)
    .sort((one, other) => (one.openedAt ?? 0) - (other.openedAt ?? 0));
}

/** Entries that hold the outcome of another entry's deferral are no callbacks of their own: undefined. */
function describe(row: LedgerRow, byKey: ReadonlyMap<string, LedgerRow>, now: number): LedgerCallback | undefined {
  const { callback, openedAt, requestId } = row;
  if (callback === undefined || callback.id.endsWith(DEFERRED_SUFFIX)) return undefined;
  const deferral = row.decision?.kind === 'continued' ? row.decision.deferral : undefined;
  const arrived = deferral === undefined ? undefined : byKey.get(ledgerKey(deferralOf(callback, deferral)))?.decision;
  const decision = deferral === undefined ? row.decision : arrived;
  const shared = { callback, openedAt, ageMs: Math.max(0, now - (openedAt ?? now)), listedAt: now, requestId };
  if (decision !== undefined) return { ...shared, state: decision.kind, until: undefined, decision };
  return { ...shared, ...openState(row, now), decision: undefined };
}

const DEFERRED_SUFFIX = deferralOf({ service: '', id: '', region: '', data: {} }).id;

function openState(row: LedgerRow, now: number): Pick<LedgerCallback, 'state' | 'until'> {
  const { decision, next, released, leaseUntil = 0 } = row;
  const token = decision?.kind === 'continued' ? decision.token : next?.token;
  const deferral = token === undefined ? undefined : decodeContinuation(token)?.deferral;
  if (deferral !== undefined) return { state: deferral.until < now ? 'overdue' : 'deferred', until: deferral.until };
  if (next !== undefined) return { state: 'waiting', until: next.dueAt };
  if (released) return { state: 'retrying', until: undefined };
  return leaseUntil < now ? { state: 'died', until: undefined } : { state: 'running', until: leaseUntil };
}

async function scan({ name, connection }: LedgerTable, time: TimeSource): Promise<readonly Item[]> {
  const until = time.now() + PATIENCE_MS;
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const input = {
      TableName: name,
      ConsistentRead: true,
      FilterExpression: 'attribute_exists(#status)',
      ExpressionAttributeNames: { '#status': names.status },
      ...(start ? { ExclusiveStartKey: start } : {}),
    };
    const page = (await retry(() => callJson(connection, DYNAMODB, 'Scan', input), {
      until,
      time,
      isRetryable: (error) => error instanceof AwsCallError && error.retryable && !HOPELESS.has(error.code),
      retryAfterMs: (error) => (error instanceof AwsCallError ? error.retryAfterMs : undefined),
    })) as { Items?: Item[]; LastEvaluatedKey?: Item };
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}
