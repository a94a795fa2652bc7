import { isDeepStrictEqual } from 'node:util';
import { type CrashCase, caseId } from './crash-case.ts';
import { stageFunctions } from './crash-stack.ts';
import { ledgerFacts, runOfClaim, workedOn } from './ledger-facts.ts';
import type { PlayRecord, RecordedCall, RecordedEnd } from './play-record.ts';
import type { Story } from './story.ts';
import { traceOf } from './trace.ts';
import type { Invariant, Violation } from './violation.ts';
import { waitOf } from './waits.ts';

/** Codes that say that a request was wrong, or not allowed. */
const REFUSALS =
  /^(ValidationException|SerializationException|InvalidParametersException|OutputVariablesSizeExceededException|AccessDeniedException|UnknownOperationException|MissingAuthenticationTokenException)$/;
const DEATH = /^(Runtime\.(ExitError|OutOfMemory)|Sandbox\.Timedout)$/;
/** What a handler may throw: each means that the delivery has to come again. */
const MAY_THROW = /^(RetryableError|InProgressError|LedgerError|AnswerNotGivenError|BatchItemFailure)$/;
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
  const found = (invariant: Invariant, detail: string) => violations.push({ invariant, caseId: id, detail, trace });
  if (record.callbackIds.length === 0) found('no silence', 'nothing was delivered');
  if (record.deadLettered) found('no silence', 'a message ended in the dead-letter queue');

  for (const [index, callbackId] of record.callbackIds.entries()) {
    const answers = record.calls.filter(
      (call) => call.callbackId === callbackId && story.answerActions.includes(call.action),
    );
    judgeOneAnswer(record, callbackId, answers, story, found);
    judgeSilence(crashCase, record, callbackId, story, found);
    judgeWork(crashCase, record, callbackId, story, found);
    judgeAnswer(crashCase, record, callbackId, index + 1, answers, story, found);
  }
  for (const { action, error } of record.calls) {
    if (error !== undefined && REFUSALS.test(error)) found('within limits', `${action} was refused: ${error}`);
  }
  judgeSecrets(record, story, secrets, found);
  return violations;
}

type Found = (invariant: Invariant, detail: string) => void;

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
    // Who was turned away by a lease tries again later; only a lease of 15 minutes outlasts all retries.
    // And who cannot tell whether a job was claimed waits until nobody else can have claimed it.
    const own = failures.filter((errorType) => story.alone || errorType !== 'InProgressError').length;
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
    diedWithAClaim(record, callbackId, (run) => story.runsLogic(crashCase.kind, run), story.alone === true);
  if (lostWork && !runsAgain(crashCase.fn) && decision?.by !== 'completer') {
    if (!crashed)
      found('the right answer', `${callbackId} lost its process before a decision and was answered ${shown}`);
    return;
  }
  if (!nominal) found('the right answer', `${callbackId} was answered ${shown}`);
}

/**
 * Whether a strike ended a process of the function that held the claim of a run with logic, and had neither decided nor
 * given it back.
 */
function diedWithAClaim(
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

function judgeSecrets(record: PlayRecord, story: Story, secrets: ReadonlySet<string>, found: Found): void {
  const places = [
    ...record.lines.map((text) => ({ place: 'a log line', text })),
    ...record.answers.map(({ detail }) => ({ place: 'an answer', text: detail })),
    ...record.calls
      .filter(({ action }) => story.answerActions.includes(action))
      .map(({ action, input, callbackId }) => {
        const { data = {} } = record.callbacks.get(callbackId) ?? {};
        // The tokens that the API asks for stand in members of their own.
        const own = story.api.secretData.map((member) => data[member]);
        return { place: action, text: JSON.stringify(input, (_, value) => (own.includes(value) ? undefined : value)) };
      }),
  ];
  for (const { place, text } of places) {
    for (const secret of secrets) {
      if (secret && text.includes(secret))
        found('no secrets', `${place} holds a secret: ${text.replaceAll(secret, '<secret>').slice(0, 300)}`);
    }
  }
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
