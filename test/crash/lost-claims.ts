import { ledgerFacts, runOfClaim, workedOn } from './ledger-facts.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';
import type { Story } from './story.ts';

/** Whether something went wrong until the mark of a claim stood. */
export function wasClaimDoubtful({ struck }: PlayRecord, callbackId: string, { claimAction }: Story): boolean {
  if (claimAction === undefined) return false;
  return struck.some(
    ({ call: { action, by, callbackId: id } }) =>
      by === 'function' && id === callbackId && (action === 'dynamodb:PutItem' || action === claimAction),
  );
}

/**
 * Whether a strike ended a process of the function that held the claim of a run with logic, and had neither decided nor
 * given it back.
 */
export function diedWithAClaim(
  record: PlayRecord,
  callbackId: string,
  runsLogic: (run: number) => boolean,
  needsMark: boolean,
): boolean {
  const { claims, marks, releases, decision } = ledgerFacts(record, callbackId);
  return record.struck.some(({ call, deadly }) => {
    if (!deadly || call.by !== 'function' || workedOn(record, call) !== callbackId) return false;
    const died = call.actedAt ?? call.order;
    if ((decision?.actedAt ?? Number.POSITIVE_INFINITY) <= died) return false;
    // Also a claim that was on its way when its process died, and arrived after that.
    const its = ({ environmentId }: RecordedCall) => environmentId === call.environmentId;
    const claim = claims.findLast(its);
    if (claim === undefined || !runsLogic(runOfClaim(claim))) return false;
    // A job that must be claimed with its service is not lost before the ledger knows that it was.
    if (needsMark && !marks.some(({ actedAt = 0 }) => actedAt <= died)) return false;
    return !releases.some((other) => its(other) && (other.actedAt ?? 0) > (claim.actedAt ?? 0));
  });
}
