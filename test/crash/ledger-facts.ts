import { ledgerAttributes } from '../../lib/constants.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';

/** What a play's calls did to the ledger entry of one callback, in the order in which the table took them. */
export interface LedgerFacts {
  readonly claims: readonly RecordedCall[];
  /** Writes that say for certain that a job is claimed with its service. */
  readonly marks: readonly RecordedCall[];
  readonly releases: readonly RecordedCall[];
  /** Those releases that put the delivery off to a later run. */
  readonly postponements: readonly RecordedCall[];
  /** The one write that made the decision. */
  readonly decision: RecordedCall | undefined;
}

/** Reads them out of the calls. */
export function ledgerFacts(record: PlayRecord, callbackId: string): LedgerFacts {
  const writes = record.calls.filter(
    (call) => call.callbackId === callbackId && call.actedAt !== undefined && keyOf(call).endsWith(`#${callbackId}`),
  );
  const updates = writes.filter(({ action }) => action === 'dynamodb:UpdateItem');
  const releases = updates.filter(({ input }) => /#released\s*=\s*:true/.test(input.UpdateExpression));
  return {
    claims: writes.filter((call) => call.action === 'dynamodb:PutItem' && !keyOf(call).startsWith('state#')),
    marks: record.calls.filter(
      (call) =>
        call.callbackId === callbackId &&
        call.actedAt !== undefined &&
        keyOf(call).endsWith('#claim') &&
        call.input?.Item?.[ledgerAttributes.data]?.S === 'claimed',
    ),
    releases,
    postponements: releases.filter(({ input }) => /#due\s*=/.test(input.UpdateExpression)),
    decision: updates.find(
      ({ input }) =>
        /COMPLETED/.test(JSON.stringify(input.ExpressionAttributeValues ?? {})) && /#data/.test(input.UpdateExpression),
    ),
  };
}

/** The number of the run that made a claim. */
export function runOfClaim({ input }: RecordedCall): number {
  return Number(input?.Item?.[ledgerAttributes.run]?.N ?? 1);
}

/**
 * The callback that the caller works on. A state that it reads stands under the callback of the run that left it; it
 * has claimed the one of its own before.
 */
export function workedOn(record: PlayRecord, call: RecordedCall): string {
  if (call.action !== 'dynamodb:GetItem' || !keyOf(call).startsWith('state#')) return call.callbackId;
  const claimed = record.callbackIds.findLast((id) =>
    ledgerFacts(record, id).claims.some(
      (claim) => claim.environmentId === call.environmentId && claim.order < call.order,
    ),
  );
  return claimed ?? call.callbackId;
}

function keyOf({ input }: RecordedCall): string {
  return String((input?.Key ?? input?.Item)?.[ledgerAttributes.key]?.S ?? '');
}
