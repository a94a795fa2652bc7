import type { TimeSource } from '../../aws/index.ts';
import type { Callback } from '../../core/callback.ts';
import type { Decision } from '../../core/decision.ts';
import { createDynamoDbLedger } from '../../core/ledger/dynamodb-ledger.ts';
import { type Entry, idOfKey, isKnownUnreported } from '../../core/ledger/entry.ts';
import { awsProblem } from './aws-problem.ts';
import type { LedgerTable } from './ledger-table.ts';
import { mayPass } from './may-pass.ts';

/**
 * How things stand with a callback.
 *
 * `running`: an invocation works on it. `died`: the invocation ended without a word; a retry or the last resort
 * answers. `retrying`: the logic asked to be run again. `waiting`: the logic runs again later. `deferred`: somebody is
 * to call `complete`. `overdue`: nobody did in time, and the deferral has not been ended yet. `unreported`: it is
 * decided, and its service is known not to have been told. `unreadable`: the entry is damaged, or of another version.
 * The others are decisions.
 */
export type CallbackState =
  | 'running'
  | 'died'
  | 'retrying'
  | 'waiting'
  | 'deferred'
  | 'overdue'
  | 'unreported'
  | 'unreadable'
  | Decision['kind'];

/** One callback of a ledger. Times are milliseconds since the epoch. */
export interface LedgerCallback {
  readonly callback: Callback;
  /** Its name for people, `SERVICE:ID`; of an entry that has another key, that. */
  readonly name: string;
  readonly state: CallbackState;
  readonly openedAt: number | undefined;
  /** Since the first delivery, across all continuations. */
  readonly ageMs: number;
  /** When the ledger was read, on the ledger's own clock. */
  readonly listedAt: number;
  /** Lambda's request id of the attempt that holds or held it. */
  readonly requestId: string | undefined;
  /** Until when the state lasts at most: the lease, the wait, or the deferral. */
  readonly until: number | undefined;
  readonly decision: Decision | undefined;
  /** Why an entry cannot be read. */
  readonly problem: string | undefined;
}

/** How long throttling and faults of DynamoDB are waited out for each page of the table, in milliseconds. */
const PATIENCE_MS = 15_000;
/** A simulated time is no further ahead than this, in milliseconds; what is, is damaged. */
const MOST_AHEAD_MS = 366 * 86_400_000;

/** Tells whether a callback still needs an answer, or a look. */
export function isOpen({ state }: LedgerCallback): boolean {
  return state !== 'succeeded' && state !== 'failed';
}

/** Tells whether `complete` could take it. */
export function isAnswerable({ state }: LedgerCallback): boolean {
  return state !== 'unreadable';
}

/**
 * Reads every callback of a ledger, oldest first. It scans the table: for people, not for functions.
 *
 * @throws UsageError when the table cannot be read
 */
export async function listCallbacks(table: LedgerTable, time: TimeSource): Promise<readonly LedgerCallback[]> {
  const { name, connection } = table;
  const ledger = createDynamoDbLedger({ tableName: name, connection, time, isRetryable: mayPass });
  const entries = await ledger.list(PATIENCE_MS).catch((error: unknown) => {
    throw awsProblem(error, `the ledger table ${name} in ${connection.region} could not be read`);
  });
  // In a local cloud simulated time is ahead of this machine's; nothing was opened in the future.
  const opened = entries.map(({ openedAt }) => openedAt).filter((at) => at < time.now() + MOST_AHEAD_MS);
  const now = opened.reduce((latest, at) => Math.max(latest, at), time.now());
  return entries.map((entry) => describe(entry, now));
}

function describe(entry: Entry, now: number): LedgerCallback {
  const { key, region, openedAt, requestId, state } = entry;
  const service = key.slice(0, Math.max(0, key.indexOf('#')));
  const id = idOfKey(key);
  return {
    callback: { service, id, region },
    name: service === '' ? key : `${service}:${id}`,
    openedAt: openedAt || undefined,
    ageMs: Math.max(0, now - (openedAt || now)),
    listedAt: now,
    requestId: requestId || undefined,
    decision: state.kind === 'decided' ? state.decision : undefined,
    problem: state.kind === 'unreadable' ? state.why : undefined,
    ...stateOf(entry, now),
  };
}

function stateOf(entry: Entry, now: number): Pick<LedgerCallback, 'state' | 'until'> {
  const { state } = entry;
  switch (state.kind) {
    case 'unreadable':
      return { state: 'unreadable', until: undefined };
    case 'decided':
      return { state: isKnownUnreported(entry) ? 'unreported' : state.decision.kind, until: undefined };
    case 'given-back':
      return { state: 'retrying', until: undefined };
    case 'running':
      return state.until < now ? { state: 'died', until: undefined } : { state: 'running', until: state.until };
    case 'waiting':
      if (state.awaitsUntil === undefined) return { state: 'waiting', until: state.dueAt };
      return { state: state.awaitsUntil < now ? 'overdue' : 'deferred', until: state.awaitsUntil };
  }
}
