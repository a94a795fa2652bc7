import { isNoted, type LedgerFacts, leaseOf, ledgerFacts, runOf } from './ledger-facts.ts';
import { keyOfCallback, type PlayRecord, type RecordedCall } from './play-record.ts';
import type { Story } from './story.ts';

/** Whether something went wrong until an acknowledgement was noted. */
export function wasAcknowledgementDoubtful(
  { struck, ends }: PlayRecord,
  callbackId: string,
  { acknowledgeAction }: Story,
): boolean {
  if (acknowledgeAction === undefined) return false;
  // A process that nobody struck may have died there, too: on a busy machine its time may be up.
  const died = ends.some((end) => end.by === 'function' && end.callbackId === callbackId && isTimeout(end.errorType));
  return (
    died ||
    struck.some(
      ({ call: { action, by, callbackId: id } }) =>
        by === 'function' && id === callbackId && (action === 'dynamodb:UpdateItem' || action === acknowledgeAction),
    )
  );
}

/** What the death of a process left behind. */
export type Loss =
  /** It held the lease of a run with logic, and had neither ended nor given back that run. */
  | 'lost'
  | 'nothing lost'
  /** Nobody struck, but its time was up, or it could not hear of its lease: what it came to cannot be told. */
  | 'not known';

/** What was lost of a delivery by the deaths of its function's processes. */
export function lossOf(
  record: PlayRecord,
  callbackId: string,
  runsLogic: (run: number) => boolean,
  needsNote: boolean,
): Loss {
  const facts = ledgerFacts(record, keyOfCallback(record, callbackId));
  const its = record.struck.filter(({ call }) => call.by === 'function' && call.callbackId === callbackId);
  const deadly = its.filter((strike) => strike.deadly);
  if (deadly.some(({ call }) => isLost(facts, call, runsLogic, needsNote))) return 'lost';
  const timeouts = record.ends.filter(
    (end) => end.by === 'function' && end.callbackId === callbackId && isTimeout(end.errorType),
  );
  const stopped = deadly.filter(({ fault }) => fault === 'hang');
  return timeouts.length > stopped.length || wasUnheard(record, callbackId, facts) ? 'not known' : 'nothing lost';
}

/** How an attempt ends that cannot reach the table, or is turned away by it. */
const GAVE_UP = /^(LedgerError|InProgressError|BatchItemFailure)$/;

/**
 * Whether an attempt took its entry and could not hear of it, though nobody struck. On a busy machine the table answers
 * too late: the attempt asks again, and what stands in its way is its own lease, or its further tries do not even
 * arrive; in the end it gives up.
 */
function wasUnheard({ calls, ends }: PlayRecord, callbackId: string, { takes }: LedgerFacts): boolean {
  return takes.some((take) => {
    const { environmentId, requestId, order } = take;
    // An event that comes twice has one request id: which of the two ended so is not told.
    const end = ends.find(
      (one) =>
        one.requestId === requestId &&
        one.callbackId === callbackId &&
        one.order > order &&
        GAVE_UP.test(one.errorType ?? ''),
    );
    if (end === undefined) return false;
    const next = calls.find(
      (call) => call.environmentId === environmentId && call.requestId === requestId && call.order > order,
    );
    if (next === undefined || next.order > end.order) return end.errorType === 'LedgerError';
    return next.error === 'ConditionalCheckFailedException';
  });
}

function isLost(
  facts: LedgerFacts,
  call: RecordedCall,
  runsLogic: (run: number) => boolean,
  needsNote: boolean,
): boolean {
  const died = call.actedAt ?? call.order;
  if ((facts.decision?.actedAt ?? Number.POSITIVE_INFINITY) <= died) return false;
  const lease = leaseOf(facts, call);
  if (lease === undefined || !runsLogic(runOf(lease))) return false;
  // A job that must be acknowledged is not lost before the ledger knows that it was.
  if (needsNote && !isNoted(facts, lease, died)) return false;
  return ![...facts.givenBack, ...facts.waits].some(
    (other) =>
      other.environmentId === call.environmentId &&
      other.requestId === call.requestId &&
      (other.actedAt ?? 0) > (lease.actedAt ?? 0),
  );
}

function isTimeout(errorType: string | undefined): boolean {
  return errorType === 'Sandbox.Timedout';
}
