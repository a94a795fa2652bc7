import { type Decision, type Details, type End, failedEnd } from './decision.ts';
import { describeError } from './failure.ts';
import { bytesTooMany, DECISION_LIMIT_BYTES } from './ledger/limits.ts';
import type { Redact } from './secrets/redactor.ts';
import type { Service } from './service.ts';
import { asFarAsHeld, forReaders } from './without-loss.ts';

/**
 * The decision that the end of some work becomes: redacted, fitted to its service and to the ledger. What can be neither
 * fitted nor stored becomes a failure that says so; nothing that logic returned makes this throw.
 */
export function fitEnd(service: Service, end: End, redact: Redact): Decision {
  let decision: Decision;
  try {
    decision = service.fit({ ...end, details: plainDetails(end) }, redact);
  } catch (error) {
    return cannotBeReported(service, describeError(error), redact);
  }
  const tooMany = bytesTooMany(decision);
  if (tooMany <= 0) return decision;
  // Of a failure its own reason matters most; what was to go along is left out.
  if (end.kind === 'failed') return service.fit({ ...end, details: {} }, redact);
  const bytes = tooMany + DECISION_LIMIT_BYTES;
  const why = `it has ${bytes} bytes as JSON, and the ledger holds ${DECISION_LIMIT_BYTES}; put the rest into a bucket`;
  return cannotBeReported(service, why, redact);
}

/** That nobody decided by `complete` in time, or was heard of for too long. */
export function tooLate({
  awaitedUntil,
  silenceMs,
}: {
  readonly awaitedUntil: number;
  readonly silenceMs?: number | undefined;
}): End {
  if (silenceMs !== undefined) {
    const minutes = Math.round(silenceMs / 6_000) / 10;
    const what = `what the answer was left to has not been heard of for ${minutes} minutes`;
    return failedEnd(`${what}; "ringback progress" tells that it is at work`, 'failed');
  }
  const until = new Date(awaitedUntil).toISOString();
  return failedEnd(`the answer was left to somebody else, who gave none until ${until}`, 'failed');
}

function cannotBeReported(service: Service, why: string, redact: Redact): Decision {
  return service.fit(failedEnd(`the outcome cannot be reported: ${why}`, 'configuration'), redact);
}

/** Details as JSON holds them. A failure must get through, so what is not JSON is left out of one. */
function plainDetails({ kind, details }: End): Details {
  try {
    const json = JSON.stringify(details ?? {}, kind === 'failed' ? asFarAsHeld : forReaders) ?? 'null';
    const plain = JSON.parse(json) as unknown;
    if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) throw new Error('they are not an object');
    return plain as Details;
  } catch (error) {
    if (kind === 'failed') return {};
    throw new Error(`its details are not JSON: ${describeError(error)}`);
  }
}
