import type { CrashCase } from './crash-case.ts';
import { endOfRun, isNoted, leaseOf, ledgerFacts, runOf } from './ledger-facts.ts';
import { keyOfCallback, type PlayRecord } from './play-record.ts';
import { isDeath, runsAgain } from './seen.ts';
import type { Story } from './story.ts';
import type { Found } from './violation.ts';

/** Looks whether the logic ran only where it may, and how often. */
export function judgeWork({ fn, kind }: CrashCase, record: PlayRecord, story: Story, found: Found): void {
  const work = record.calls.filter(({ action }) => action === 'work');
  for (const call of work) {
    const facts = ledgerFacts(record, keyOfCallback(record, call.callbackId));
    const lease = leaseOf(facts, call);
    if (lease === undefined) {
      found('work once', `the logic ran for ${call.callbackId} without a lease`);
      continue;
    }
    if (story.acknowledgeAction !== undefined && !isNoted(facts, lease, call.order)) {
      found(
        'no answer to what is not ours',
        `the logic ran for ${call.callbackId} before its acknowledgement was noted`,
      );
    }
    // A duplicate that was at work already goes on; its outcome changes nothing any more.
    const ended = endOfRun(facts, runOf(lease));
    if ((lease.actedAt ?? 0) > ended) {
      found('work once', `the logic ran for ${call.callbackId} after its run ${runOf(lease)} was over`);
    }
  }
  for (const callbackId of record.callbackIds) {
    const its = work.filter((call) => call.callbackId === callbackId);
    const facts = ledgerFacts(record, keyOfCallback(record, callbackId));
    const hadWork = (requestId: string) => its.some((call) => call.requestId === requestId);
    const givenBack = facts.givenBack.filter(
      (call) => call.callbackId === callbackId && hadWork(call.requestId),
    ).length;
    const deaths = record.ends.filter(
      (end) => end.by === 'function' && end.callbackId === callbackId && isDeath(end.errorType),
    ).length;
    // Where the service hands nothing back, all runs are of one callback.
    const further = story.service.putOff.by === 'message' && story.runsLogic(kind, 2) ? facts.waits.length : 0;
    const allowed = 1 + givenBack + further + (runsAgain(fn) ? deaths : 0);
    if (its.length > allowed)
      found('work once', `the logic ran ${its.length} times for ${callbackId}, ${allowed} allowed`);
  }
}
