import { ledgerAttributes } from '../../lib/constants.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';

/** What a play's calls did to the ledger entry of one callback, in the order in which the table took them. */
export interface LedgerFacts {
  readonly claims: readonly RecordedCall[];
  readonly releases: readonly RecordedCall[];
  /** The one write that made the decision. */
  readonly decision: RecordedCall | undefined;
}

/** Reads them out of the calls. */
export function ledgerFacts(record: PlayRecord, callbackId: string): LedgerFacts {
  const writes = record.calls.filter(
    (call) => call.callbackId === callbackId && call.actedAt !== undefined && keyOf(call).endsWith(`#${callbackId}`),
  );
  const updates = writes.filter(({ action }) => action === 'dynamodb:UpdateItem');
  return {
    claims: writes.filter((call) => call.action === 'dynamodb:PutItem' && !keyOf(call).startsWith('state#')),
    releases: updates.filter(({ input }) => /#released\s*=\s*:true/.test(input.UpdateExpression)),
    decision: updates.find(
      ({ input }) =>
        /COMPLETED/.test(JSON.stringify(input.ExpressionAttributeValues ?? {})) && /#data/.test(input.UpdateExpression),
    ),
  };
}

function keyOf({ input }: RecordedCall): string {
  return String((input?.Key ?? input?.Item)?.[ledgerAttributes.key]?.S ?? '');
}
