import { isDeepStrictEqual } from 'node:util';
import { type CrashCase, caseId } from './crash-case.ts';
import { stageFunctions } from './crash-stack.ts';
import { judgeSecrets } from './judge-secrets.ts';
import { ledgerFacts } from './ledger-facts.ts';
import { diedWithAClaim, wasClaimDoubtful } from './lost-claims.ts';
import { NO_CALLBACK, type PlayRecord, type RecordedCall, type RecordedEnd } from './play-record.ts';
import type { Story } from './story.ts';
import { traceOf } from './trace.ts';
import type { Found, Violation } from './violation.ts';
import { waitOf } from './waits.ts';

/** Codes that say that a request was wrong, or not allowed. */
const REFUSALS =
  /^(ValidationException|SerializationException|InvalidParametersException|OutputVariablesSizeExceededException|AccessDeniedException|UnknownOperationException|MissingAuthenticationTokenException)$/;
const DEATH = /^(Runtime\.(ExitError|OutOfMemory)|Sandbox\.Timedout)$/;
/** What a handler may throw: each means that the delivery has to come again. */
const MAY_THROW =
  /^(RetryableError|InProgressError|ClaimInDoubtError|LedgerError|AnswerNotGivenError|BatchItemFailure)$/;
/** Who was turned away by a lease, or cannot tell whether the claim is its own, tries again later. */
const TURNED_AWAY = /^(InProgressError|ClaimInDoubtError)$/;
/** Attempts that Lambda makes of an event. */
const ATTEMPTS = 3;

/** Holds what was seen of a play against the promises. */
export function judge(
  crashCase: CrashCase,
  record: PlayRecord,
  story: Story,
  secrets: ReadonlySet<string>,
): readonly Violation[] {
  const violations: Violation[] = [];
  const id = caseId(crashCase);
  const trace = traceOf(record);
  const found: Found = (invariant, detail) => violations.push({ invariant, caseId: id, detail, trace });
  if (record.callbackIds.length === 0) found('no silence', 'nothing was delivered');
  if (record.deadLettered) found('no silence', 'a message ended in the dead-letter queue');

  for (const [index, callbackId] of record.callbackIds.entries()) {
    const answers = record.calls.filter(
      (call) => call.callbackId === callbackId && story.answerActions.includes(call.action),
    );
    judgeOneAnswer(record, callbackId, answers, story, found);
    judgeClaim(record, callbackId, answers, story, found);
    judgeSilence(crashCase, record, callbackId, story, found);
    judgeWork(crashCase, record, callbackId, story, found);
    judgeAnswer(crashCase, record, callbackId, index + 1, answers, story, found);
  }
  for (const { errorType } of functionEnds(record, NO_CALLBACK)) {
    if (errorType !== undefined && !DEATH.test(errorType))
      found('the right answer', `the function failed with ${errorType} on an event that asks for no answer`);
  }
  for (const { action, error } of record.calls) {
    if (error !== undefined && REFUSALS.test(error)) found('within limits', `${action} was refused: ${error}`);
  }
  judgeSecrets(record, story, secrets, found);
  return violations;
}

function judgeOneAnswer(
  record: PlayRecord,
  callbackId: string,
  answers: readonly RecordedCall[],
  story: Story,
  found: Found,
): void {
  const [first, ...others] = answers;
  const different = others.find(
    (other) => !isDeepStrictEqual([other.action, other.input], [first?.action, first?.input]),
  );
  if (different !== undefined) {
    found('one answer', `${callbackId} was reported as ${textOf(first)} and as ${textOf(different)}`);
  }
  const accepted = answers.filter(({ actedAt }) => actedAt !== undefined);
  // A service may take the same report twice, and act on it once.
  const acted = record.answers.filter((answer) => answer.callbackId === callbackId);
  if (acted.length > 1) found('one answer', `the service acted on ${acted.length} reports of ${callbackId}`);
  const standing = record.standing.get(`${story.api.name}#${callbackId}`);
  if (standing === undefined) {
    found('one answer', `no decision of ${callbackId} stands in the ledger`);
    return;
  }
  const callback = record.callbacks.get(callbackId);
  if (callback === undefined) return;
  const { api, operation, input } = story.api.request(callback, standing);
  const told = JSON.parse(JSON.stringify([`${api.service}:${operation}`, input]));
  const [answer] = accepted;
  if (answer !== undefined && !isDeepStrictEqual([answer.action, answer.input], told)) {
    found(
      'one answer',
      `${callbackId} was answered ${textOf(answer)}, but ${JSON.stringify(told)} stands in the ledger`,
    );
  }
}

/** Where a job must be claimed first, nobody may answer one that none of ours has claimed. */
function judgeClaim(
  { calls }: PlayRecord,
  callbackId: string,
  answers: readonly RecordedCall[],
  { claimAction }: Story,
  found: Found,
): void {
  if (claimAction === undefined) return;
  const claim = calls.find(
    ({ action, callbackId: id, actedAt }) => action === claimAction && id === callbackId && actedAt !== undefined,
  );
  const early = answers.find(({ order }) => order < (claim?.actedAt ?? Number.POSITIVE_INFINITY));
  if (early !== undefined)
    found('no answer to what is not ours', `${callbackId} was not claimed when it was reported as ${textOf(early)}`);
}

function judgeSilence(crashCase: CrashCase, record: PlayRecord, callbackId: string, story: Story, found: Found): void {
  const answers = record.answers.filter((answer) => answer.callbackId === callbackId);
  if (answers.length === 0) found('no silence', `${callbackId} was never answered`);
  if (answers.some(({ kind }) => kind === 'timedOut')) found('no silence', `nobody answered ${callbackId} in time`);
  const wait = waitOf(crashCase, record, callbackId, story);
  if (wait !== undefined && wait.waitedMs > wait.boundMs) {
    const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
    found(
      'no silence',
      `${callbackId} was answered by ${wait.by} after ${seconds(wait.waitedMs)}, later than ${seconds(wait.boundMs)}`,
    );
  }
}

function judgeWork({ fn, kind }: CrashCase, record: PlayRecord, callbackId: string, story: Story, found: Found): void {
  const { claims, releases, postponements, decision } = ledgerFacts(record, callbackId);
  const decidedAt = decision?.actedAt ?? Number.POSITIVE_INFINITY;
  const work = record.calls.filter((call) => call.action === 'work' && call.callbackId === callbackId);
  // A duplicate that had claimed the delivery was at work already; its outcome changes nothing any more.
  const wasAtWork = ({ environmentId }: RecordedCall) =>
    claims.some((claim) => claim.environmentId === environmentId && (claim.actedAt ?? decidedAt) < decidedAt);
  const late = work.find((call) => call.order > decidedAt && !wasAtWork(call));
  if (late !== undefined) found('work once', `the logic ran for ${callbackId} after its decision was stored`);
  const deaths = functionEnds(record, callbackId).filter(({ errorType = '' }) => DEATH.test(errorType)).length;
  const waits = story.runsLogic(kind, 2) ? 0 : postponements.length;
  const allowed = 1 + releases.length - waits + (runsAgain(fn) ? deaths : 0);
  if (work.length > allowed)
    found('work once', `the logic ran ${work.length} times for ${callbackId}, ${allowed} allowed`);
}

function judgeAnswer(
  crashCase: CrashCase,
  record: PlayRecord,
  callbackId: string,
  ordinal: number,
  answers: readonly RecordedCall[],
  story: Story,
  found: Found,
): void {
  const answer = answers.find(({ actedAt }) => actedAt !== undefined);
  if (answer === undefined) return;
  const { decision } = ledgerFacts(record, callbackId);
  const standing = record.standing.get(`${story.api.name}#${callbackId}`);
  const strange = functionEnds(record, callbackId).find(
    ({ errorType }) => errorType !== undefined && !DEATH.test(errorType) && !MAY_THROW.test(errorType),
  );
  if (strange !== undefined && crashCase.fn !== 'Broken') {
    found('the right answer', `the function failed on ${callbackId} with ${strange.errorType}`);
  }
  const nominal = story.isNominal(crashCase.kind, ordinal, answer, record);
  const crashed = standing?.kind === 'failed' && standing.category === 'crashed';
  const failures = functionEnds(record, callbackId).flatMap(({ errorType }) => errorType ?? []);
  const shown = `${textOf(answer)} by ${decision?.by ?? 'nobody'}`;
  if (decision?.by === 'last-resort') {
    // Only a lease of 15 minutes outlasts all retries, and only a claim in doubt turns all of them away.
    const isInDoubt = wasClaimDoubtful(record, callbackId, story);
    const own = failures.filter((errorType) => isInDoubt || !TURNED_AWAY.test(errorType)).length;
    if (own < ATTEMPTS && crashCase.fn !== 'Long') {
      found(
        'the right answer',
        `the last resort had to decide on ${callbackId} after ${own} failed attempts: ${shown}`,
      );
    }
    if (!crashed && !nominal) found('the right answer', `${callbackId} was answered ${shown}`);
    return;
  }
  const lostWork =
    story.runsLogic(crashCase.kind, ordinal) &&
    diedWithAClaim(record, callbackId, (run) => story.runsLogic(crashCase.kind, run), story.claimAction !== undefined);
  if (lostWork && !runsAgain(crashCase.fn) && decision?.by !== 'completer') {
    if (!crashed)
      found('the right answer', `${callbackId} lost its process before a decision and was answered ${shown}`);
    return;
  }
  if (!nominal) found('the right answer', `${callbackId} was answered ${shown}`);
}

function functionEnds(record: PlayRecord, callbackId: string): readonly RecordedEnd[] {
  return record.ends.filter((end) => end.by === 'function' && end.callbackId === callbackId);
}

function runsAgain(fn: CrashCase['fn']): boolean {
  const props: object = stageFunctions[fn];
  return 'onCrash' in props && props.onCrash === 'retry';
}

function textOf(call: RecordedCall | undefined): string {
  return `${call?.action} ${JSON.stringify(call?.input)}`.slice(0, 400);
}
