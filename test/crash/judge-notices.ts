import type { CrashCase } from './crash-case.ts';
import { ledgerFacts } from './ledger-facts.ts';
import { entryKeysOf, type PlayRecord, type RecordedCall } from './play-record.ts';
import { isDeath } from './seen.ts';
import type { Found } from './violation.ts';

const EVENT = 'events:PutEvents';
const TAG = 's3:PutObjectTagging';
/** That there was no time left to tell: on a busy machine, of logic that used up all of it. The answer comes first. */
const NOT_MADE = /that says why the step failed is not made.*(TimeoutError|aborted due to timeout)/;

/**
 * Looks whether it was told why a step failed, by whoever decided it: in a metric line, to a bus, and in a tag of the
 * file where that is in a bucket. Once, before the answer, and never of a step that succeeded.
 */
export function judgeNotices({ kind }: CrashCase, record: PlayRecord, found: Found): void {
  for (const key of entryKeysOf(record)) {
    const standing = record.standing.get(key);
    const { decision } = ledgerFacts(record, key);
    const told = (action: string) =>
      record.calls.filter((call) => call.action === action && call.actedAt !== undefined);
    const [events, tags] = [told(EVENT), told(TAG)];
    const metrics = record.lines.filter((line) => line.includes('"StepsFailed":1'));
    if (standing?.kind !== 'failed' || decision === undefined) {
      if (events.length + tags.length + metrics.length > 0) found('the right answer', `${key} was told as failed`);
      continue;
    }
    if (events.length > 1 || metrics.length > 1) {
      found(
        'one answer',
        `the failure of ${key} was told ${events.length} times to the bus, ${metrics.length} as a metric`,
      );
    }
    for (const event of events) {
      record.told.push(JSON.stringify(event.input));
      const { reason } = JSON.parse(event.input.Entries[0].Detail) as { reason: string };
      if (reason !== standing.reason)
        found('one answer', `the bus was told "${reason}", and "${standing.reason}" stands`);
    }
    if (wasInterrupted(record, decision)) continue;
    if (metrics.length !== 1) found('no silence', `no metric tells that ${key} failed`);
    const said = (what: string) =>
      record.lines.some((line) => NOT_MADE.test(line) && line.includes(`the ${what} that`));
    if (events.length !== 1 && !said('event'))
      found('no silence', `no event tells why ${key} failed: ${standing.reason}`);
    const tagged = kind.endsWith('-on-efs') ? 0 : 1;
    if (tags.length !== tagged && !said('tag'))
      found('no silence', `${tags.length} tags tell why ${key} failed, not ${tagged}`);
  }
}

/** Whether something struck who decided, once it had: what it had to tell beside the answer is then lost. */
function wasInterrupted(record: PlayRecord, decision: RecordedCall): boolean {
  const isIts = (call: RecordedCall) =>
    call.environmentId === decision.environmentId && call.requestId === decision.requestId;
  const end = record.ends.find(({ requestId, order }) => requestId === decision.requestId && order > decision.order);
  return isDeath(end?.errorType) || record.struck.some(({ call }) => isIts(call) && call.order >= decision.order);
}
