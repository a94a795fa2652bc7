import type { PlayRecord, RecordedCall } from './play-record.ts';

/** What a play's calls did to one entry of the ledger, in the order in which the table took them. */
export interface LedgerFacts {
  /** Writes that gave an attempt the right to run the logic. */
  readonly takes: readonly RecordedCall[];
  /** Writes that say for certain that a job is acknowledged as ours. */
  readonly notes: readonly RecordedCall[];
  /** Writes that ended a lease without a decision: the next delivery runs the logic. */
  readonly givenBack: readonly RecordedCall[];
  /** Writes that ended a lease with a later run. */
  readonly waits: readonly RecordedCall[];
  /** The one write that made the decision. */
  readonly decision: RecordedCall | undefined;
  /** All that made one. */
  readonly decisions: readonly RecordedCall[];
}

/** Reads them out of the calls. */
export function ledgerFacts(record: PlayRecord, key: string): LedgerFacts {
  const writes = record.calls
    .filter((call) => call.key === key && call.action === 'dynamodb:UpdateItem' && call.actedAt !== undefined)
    .sort((one, other) => (one.actedAt ?? 0) - (other.actedAt ?? 0));
  const decisions = writes.filter((call) => isSet(call, 'status') && givenValue(call, 'status') === 'COMPLETED');
  return {
    takes: writes.filter((call) => givenValue(call, 'phase') === 'running'),
    notes: writes.filter(
      (call) => givenValue(call, 'phase') === undefined && givenValue(call, 'acknowledged') === 'yes',
    ),
    givenBack: writes.filter((call) => isSet(call, 'phase') && givenValue(call, 'phase') === 'given-back'),
    waits: writes.filter((call) => isSet(call, 'phase') && givenValue(call, 'phase') === 'waiting'),
    decision: decisions[0],
    decisions,
  };
}

/** The number of the run that an entry was taken for, or waits for. */
export function runOf(call: RecordedCall): number {
  return Number(call.input?.ExpressionAttributeValues?.[':run']?.N ?? 1);
}

/** The last right that the invocation of a call had to run the logic when it made that call. */
export function leaseOf({ takes }: LedgerFacts, call: RecordedCall): RecordedCall | undefined {
  return takes.findLast(
    ({ environmentId, requestId, order }) =>
      environmentId === call.environmentId && requestId === call.requestId && order <= call.order,
  );
}

/** When the run of a lease was over: put off to a later one, or decided. In the order of everything. */
export function endOfRun({ waits, decision }: LedgerFacts, run: number): number {
  const wait = waits.find((call) => runOf(call) > run);
  return Math.min(wait?.actedAt ?? Number.POSITIVE_INFINITY, decision?.actedAt ?? Number.POSITIVE_INFINITY);
}

/** Whether the acknowledgement of the job of a lease's run stood in the entry before a moment, in the order of everything. */
export function isNoted({ notes, waits }: LedgerFacts, lease: RecordedCall, before: number): boolean {
  const begun = waits.findLast((wait) => runOf(wait) === runOf(lease))?.actedAt ?? 0;
  return notes.some(({ actedAt = 0 }) => actedAt > begun && actedAt <= before);
}

function givenValue({ input }: RecordedCall, name: string): string | undefined {
  return input?.ExpressionAttributeValues?.[`:${name}`]?.S;
}

/** Whether a write sets an attribute, and does not only ask for its value. */
function isSet({ input }: RecordedCall, name: string): boolean {
  return new RegExp(`^SET [^]*#${name} = :${name}\\b`).test(String(input?.UpdateExpression ?? ''));
}
