import { type CrashCase, caseId } from './crash-case.ts';
import { stageFunctions } from './crash-stack.ts';
import { judgeReports } from './judge-reports.ts';
import { judgeSecrets } from './judge-secrets.ts';
import { judgeWork } from './judge-work.ts';
import { ledgerFacts } from './ledger-facts.ts';
import { lossOf, wasAcknowledgementDoubtful } from './lost-leases.ts';
import { entryKeysOf, keyOfCallback, NO_CALLBACK, type PlayRecord, type RecordedCall } from './play-record.ts';
import type { SecretIndex } from './secret-index.ts';
import { isDeath, reportsOf, runsAgain, textOf } from './seen.ts';
import type { Story } from './story.ts';
import { traceOf } from './trace.ts';
import type { Found, Violation } from './violation.ts';
import { waitOf } from './waits.ts';

/** Codes that say that a request was wrong, or not allowed. */
const REFUSALS =
  /^(ValidationException|SerializationException|InvalidParametersException|OutputVariablesSizeExceededException|AccessDeniedException|AccessDenied|UnknownOperationException|MissingAuthenticationTokenException)$/;
/** What a handler may throw: each means that the delivery has to come again. */
const MAY_THROW =
  /^(RetryableError|InProgressError|AcknowledgementInDoubtError|LedgerError|AnswerNotGivenError|BatchItemFailure)$/;
/** Who was turned away by a lease, or cannot tell whether the job is its own, tries again later. */
const TURNED_AWAY = /^(InProgressError|AcknowledgementInDoubtError)$/;
/** Attempts that Lambda makes of an event. */
const ATTEMPTS = 3;
/** The least part of a function's time that it leaves to the logic. */
const LOGIC_SHARE = 0.7;

/** Holds what was seen of a play against the promises. */
export function judge(
  crashCase: CrashCase,
  record: PlayRecord,
  story: Story,
  secrets: SecretIndex,
): readonly Violation[] {
  const violations: Violation[] = [];
  const id = caseId(crashCase);
  const trace = traceOf(record);
  const found: Found = (invariant, detail) => violations.push({ invariant, caseId: id, detail, trace });
  if (record.callbackIds.length === 0) found('no silence', 'nothing was delivered');
  if (record.deadLettered) found('no silence', 'a message ended in the dead-letter queue');

  if (story.answersItself !== true) judgeCallbacks(crashCase, record, story, found);
  for (const { action, error } of record.calls) {
    if (error !== undefined && REFUSALS.test(error)) found('within limits', `${action} was refused: ${error}`);
  }
  story.judge?.(crashCase, record, found);
  judgeSecrets(record, story, secrets, found);
  return violations;
}

/** Holds what was seen of callbacks that stand in a ledger, and are reported, against the promises. */
function judgeCallbacks(crashCase: CrashCase, record: PlayRecord, story: Story, found: Found): void {
  for (const key of entryKeysOf(record)) judgeReports(record, key, story, found);
  for (const [index, callbackId] of record.callbackIds.entries()) {
    judgeAcknowledgement(record, callbackId, story, found);
    judgeSilence(crashCase, record, callbackId, story, found);
    judgeAnswer(crashCase, record, callbackId, index + 1, story, found);
  }
  judgeWork(crashCase, record, story, found);
  for (const { errorType } of functionEnds(record, NO_CALLBACK)) {
    if (errorType !== undefined && !isDeath(errorType))
      found('the right answer', `the function failed with ${errorType} on an event that asks for no answer`);
  }
}

/** Where a job must be acknowledged, nobody may answer one that none of ours has acknowledged. */
function judgeAcknowledgement(record: PlayRecord, callbackId: string, story: Story, found: Found): void {
  const { acknowledgeAction } = story;
  if (acknowledgeAction === undefined) return;
  const acknowledged = record.calls.find(
    ({ action, callbackId: id, actedAt }) => action === acknowledgeAction && id === callbackId && actedAt !== undefined,
  );
  const early = reportsOf(record, callbackId, story).find(
    ({ order }) => order < (acknowledged?.actedAt ?? Number.POSITIVE_INFINITY),
  );
  if (early !== undefined) {
    found(
      'no answer to what is not ours',
      `${callbackId} was not acknowledged when it was reported as ${textOf(early)}`,
    );
  }
}

function judgeSilence(crashCase: CrashCase, record: PlayRecord, callbackId: string, story: Story, found: Found): void {
  const answers = record.answers.filter((answer) => answer.callbackId === callbackId);
  if (answers.length === 0) found('no silence', `${callbackId} was never answered`);
  if (answers.some(({ kind }) => kind === 'timedOut')) found('no silence', `nobody answered ${callbackId} in time`);
  judgeQuietEnds(record, callbackId, story, found);
  const wait = waitOf(crashCase, record, callbackId, story);
  if (wait !== undefined && wait.waitedMs > wait.boundMs) {
    const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
    found(
      'no silence',
      `${callbackId} was answered by ${wait.by} after ${seconds(wait.waitedMs)}, later than ${seconds(wait.boundMs)}`,
    );
  }
}

/**
 * An attempt that ends well has answered, or brought its delivery about again, or another one has gone on meanwhile. Of
 * jobs that have to be acknowledged those that are not ours are left alone.
 */
function judgeQuietEnds(record: PlayRecord, callbackId: string, story: Story, found: Found): void {
  if (story.acknowledgeAction !== undefined) return;
  const { waits, takes } = ledgerFacts(record, keyOfCallback(record, callbackId));
  const answered = reportsOf(record, callbackId, story).find(({ actedAt }) => actedAt !== undefined);
  for (const end of functionEnds(record, callbackId)) {
    if (end.errorType !== undefined || (answered?.actedAt ?? Number.POSITIVE_INFINITY) < end.order) continue;
    const its = record.calls.filter(({ requestId, order }) => requestId === end.requestId && order < end.order);
    const broughtBack = its.some(({ action, actedAt }) => action === 'sqs:SendMessage' && actedAt !== undefined);
    const goesOn = waits.length > 0 || takes.some((take) => take.requestId !== end.requestId);
    if (!broughtBack && !goesOn) found('no silence', `an attempt at ${callbackId} ended well, and nobody was answered`);
  }
}

function judgeAnswer(
  crashCase: CrashCase,
  record: PlayRecord,
  callbackId: string,
  ordinal: number,
  story: Story,
  found: Found,
): void {
  const answer = reportsOf(record, callbackId, story).find(({ actedAt }) => actedAt !== undefined);
  if (answer === undefined) return;
  const key = keyOfCallback(record, callbackId);
  const strange = functionEnds(record, callbackId).find(
    ({ errorType }) => errorType !== undefined && !isDeath(errorType) && !MAY_THROW.test(errorType),
  );
  if (strange !== undefined && crashCase.fn !== 'Broken') {
    found('the right answer', `the function failed on ${callbackId} with ${strange.errorType}`);
  }
  const isPutOff = story.isPutOff(answer);
  const decision = isPutOff ? undefined : ledgerFacts(record, key).decision;
  const nominal = story.isNominal(crashCase.kind, ordinal, answer, record);
  const standing = record.standing.get(key);
  const crashed = !isPutOff && standing?.kind === 'failed' && standing.category === 'crashed';
  const shown = `${textOf(answer)} by ${decision?.by ?? (isPutOff ? answer.by : 'nobody')}`;
  // The last resort decides as a build ended, in nobody's place.
  const isLeft = decision?.source === 'end' || decision?.by === 'completer';
  if (decision?.by === 'last-resort' && !isLeft) {
    judgeLastResort(crashCase, record, callbackId, story, found, shown);
    if (!crashed && !nominal) found('the right answer', `${callbackId} was answered ${shown}`);
    if (crashed && onlyWaited(record, key, decision, story)) {
      found('the right answer', `the last resort failed ${callbackId}, which only waited: ${shown}`);
    }
    return;
  }
  const runsLogic = (run: number) => story.runsLogic(crashCase.kind, run);
  const loss = story.runsLogic(crashCase.kind, ordinal)
    ? lossOf(record, callbackId, runsLogic, story.acknowledgeAction !== undefined)
    : 'nothing lost';
  if (loss === 'lost' && !runsAgain(crashCase.fn) && !isLeft) {
    if (!crashed)
      found('the right answer', `${callbackId} lost its process before a decision and was answered ${shown}`);
    return;
  }
  if (nominal || (loss === 'not known' && crashed)) return;
  if (ranOutOfTime(crashCase, record, decision, standing)) return;
  found('the right answer', `${callbackId} was answered ${shown}`);
}

/** Whether a delivery that was decided on only waited, or had been put off, so that nothing had failed. */
function onlyWaited(record: PlayRecord, key: string, decision: RecordedCall, { service }: Story): boolean {
  const { waits, takes, givenBack } = ledgerFacts(record, key);
  const before = [...waits, ...takes, ...givenBack]
    .filter(({ actedAt = 0 }) => actedAt < (decision.actedAt ?? 0))
    .sort((one, other) => (one.actedAt ?? 0) - (other.actedAt ?? 0));
  const last = before.at(-1);
  if (last === undefined || !waits.includes(last)) return false;
  const { ':awaitsUntil': awaitsUntil } = last.input.ExpressionAttributeValues as { ':awaitsUntil'?: { N: string } };
  if (awaitsUntil !== undefined) return decision.at < Number(awaitsUntil.N);
  return service.putOff.by === 'token' && decision.callbackId === last.callbackId;
}

/** The last resort decides only what all attempts failed on. */
function judgeLastResort(
  { fn }: CrashCase,
  record: PlayRecord,
  callbackId: string,
  story: Story,
  found: Found,
  shown: string,
): void {
  // Only a lease of 15 minutes outlasts all retries, and only an acknowledgement in doubt turns all of them away.
  const isInDoubt = wasAcknowledgementDoubtful(record, callbackId, story);
  const failures = functionEnds(record, callbackId).flatMap(({ errorType }) => errorType ?? []);
  const own = failures.filter((errorType) => isInDoubt || !TURNED_AWAY.test(errorType)).length;
  if (own < ATTEMPTS && fn !== 'Long') {
    found('the right answer', `the last resort had to decide on ${callbackId} after ${own} failed attempts: ${shown}`);
  }
}

/** Whether the answer is that the logic had no time left, and it really had none: a busy machine takes it. */
function ranOutOfTime(
  { fn }: CrashCase,
  record: PlayRecord,
  decision: RecordedCall | undefined,
  standing: ReturnType<PlayRecord['standing']['get']>,
): boolean {
  if (standing?.kind !== 'failed' || !/^did not end within/.test(standing.reason) || decision === undefined)
    return false;
  const { timeout } = stageFunctions[fn] as { timeout?: { toMilliseconds(): number } };
  const end = record.ends.find(({ requestId, order }) => requestId === decision.requestId && order > decision.order);
  return timeout !== undefined && end !== undefined && end.tookMs >= LOGIC_SHARE * timeout.toMilliseconds();
}

function functionEnds(record: PlayRecord, callbackId: string) {
  return record.ends.filter((end) => end.by === 'function' && end.callbackId === callbackId);
}
