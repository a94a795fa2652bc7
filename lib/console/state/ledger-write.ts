import { ledgerAttributes } from '../../constants.ts';

/** What a write to a ledger's entry says. Times are milliseconds since the epoch. */
export interface LedgerWrite {
  readonly table: string;
  /** `SERVICE#ID` of the first delivery. */
  readonly key: string;
  readonly state: 'running' | 'given-back' | 'waiting' | 'deferred' | 'succeeded' | 'failed' | 'reported';
  readonly run?: number;
  /** Until when the state lasts at most. */
  readonly until?: number;
  readonly reason?: string;
}

type WireValue = { readonly S?: string; readonly N?: string; readonly BOOL?: boolean };

/**
 * Reads a call of DynamoDB as a write to a ledger's entry; undefined for every other call. The toolkit names the values
 * of its updates after the attributes of an entry, so that a ledger needs no reader of its own to be seen.
 */
export function readLedgerWrite(operation: string, input: unknown): LedgerWrite | undefined {
  if (operation !== 'UpdateItem') return undefined;
  const { TableName: table = '', Key = {}, ExpressionAttributeValues: values = {} } = input as UpdateInput;
  const key = Key[ledgerAttributes.key]?.S;
  if (key === undefined || !/^[a-z]+#/.test(key)) return undefined;
  const until = (name: string) => (values[name]?.N === undefined ? {} : { until: Number(values[name].N) });
  const run = values[':run']?.N === undefined ? {} : { run: Number(values[':run'].N) };
  const written = { table, key, ...run };
  if (values[':status']?.S === 'COMPLETED' || values[':data'] !== undefined) {
    return { ...written, ...decisionOf(values[':data']?.S) };
  }
  if (values[':reported'] !== undefined) return { ...written, state: 'reported' };
  switch (values[':phase']?.S) {
    case 'running':
      return { ...written, state: 'running', ...until(':inProgressExpiration') };
    case 'given-back':
      return { ...written, state: 'given-back' };
    case 'waiting':
      return values[':awaitsUntil'] === undefined
        ? { ...written, state: 'waiting', ...until(':dueAt') }
        : { ...written, state: 'deferred', ...until(':awaitsUntil') };
    default:
      return undefined;
  }
}

interface UpdateInput {
  readonly TableName?: string;
  readonly Key?: Readonly<Record<string, WireValue>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, WireValue>>;
}

function decisionOf(data: string | undefined): Pick<LedgerWrite, 'state' | 'reason'> {
  try {
    const { kind, reason } = JSON.parse(data ?? '{}') as { kind?: string; reason?: unknown };
    return { state: kind === 'failed' ? 'failed' : 'succeeded', ...(typeof reason === 'string' ? { reason } : {}) };
  } catch {
    return { state: 'succeeded' };
  }
}
