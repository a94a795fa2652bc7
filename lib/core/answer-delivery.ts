import type { OnCrash } from '../constants.ts';
import type { Callback } from './callback.ts';
import { type Continuation, decodeContinuation, deferralOf, loadState } from './continuation.ts';
import { answerMargin, type InvocationContext, startDeadline } from './deadline.ts';
import { type Decision, failedDecision } from './decision.ts';
import { AnswerNotGivenError, InProgressError, RetryableError } from './errors.ts';
import { failureOf } from './failure.ts';
import type { Claim, Opening, Postponement } from './ledger.ts';
import { decisionOf, resumeDeferral } from './outcome-decision.ts';
import type { SecretScope } from './redact.ts';
import { reportRenewed } from './report-renewed.ts';
import { runLogic } from './run-logic.ts';
import type { Runtime } from './runtime.ts';
import type { Delivery, Service } from './service.ts';
import { wrap } from './unwrap.ts';

/** One delivery and all that is needed to answer it. */
export interface Attempt<Task> {
  readonly service: Service<Task>;
  readonly logic: (task: Task) => unknown;
  readonly onCrash: OnCrash;
  readonly runtime: Runtime;
  readonly context: InvocationContext;
  readonly delivery: Delivery<Task>;
  /** Takes the delivery's secrets; whoever made it ends it. */
  readonly secrets: SecretScope;
  /** The event as the service sent it, for bringing it back. */
  readonly event: unknown;
  /** What an earlier run left, where Ringback brought the delivery back. */
  readonly token: string | undefined;
}

/** Clocks of two machines may differ by this much; a lease is longer by it, in milliseconds. */
const LEASE_SLACK_MS = 1_000;
/** The part of the remaining time that opening the ledger may take; the rest is for the logic and the answer. */
const OPENING_SHARE = 0.5;
/**
 * Opening the ledger takes no longer than this, in milliseconds. Where the ledger is down, three attempts and the last
 * resort's five have to be over within the 20 minutes that CodePipeline waits, also in a function of 15 minutes.
 */
const OPENING_LIMIT_MS = 60_000;
/** Kept back from every last try, in milliseconds, so that an error is thrown by us and not by the timeout. */
const EXIT_MARGIN_MS = 150;
/** A continuation that arrives this much too early runs all the same, in milliseconds. */
const EARLY_TOLERANCE_MS = 5_000;

/**
 * Answers one delivery: claims it, runs user logic, stores the decision, reports it. What is answered by the function's
 * return value is not reported, but left to the caller.
 *
 * @returns the decision; undefined where another run of the delivery answers
 * @throws RetryableError, InProgressError, LedgerError, AnswerNotGivenError so that the delivery comes again
 */
export async function answerDelivery<Task>(attempt: Attempt<Task>): Promise<Decision | undefined> {
  const { service, runtime, context, delivery } = attempt;
  const { ledger, log, time } = runtime;
  const { callback } = delivery;
  const startedAt = time.now();
  const availableMs = context.getRemainingTimeInMillis();
  const lastMoment = startedAt + availableMs + (context.answerPatienceMs ?? 0) - EXIT_MARGIN_MS;
  const continuation = continuationOf(attempt);

  if (service.continuation === 'redelivery' && continuation !== undefined && mustWait(continuation, time.now())) {
    const decided = continuation.deferral && (await ledger.read(callback, lastMoment))?.decision;
    if (decided === undefined) {
      await bringBack(attempt, attempt.token ?? '', continuation.notBefore, lastMoment);
      return undefined;
    }
  }
  const claim: Claim = {
    owner: runtime.uuid(),
    requestId: context.awsRequestId,
    // Where the service comes back by a token of its own, each delivery is a callback of its own, with one run.
    run: service.continuation === 'token' ? 1 : (continuation?.run ?? 1),
    leaseMs: availableMs + LEASE_SLACK_MS,
  };
  const opening = await ledger.open(
    callback,
    claim,
    startedAt + Math.min(availableMs * OPENING_SHARE, OPENING_LIMIT_MS),
  );
  const settled = await settleWithoutLogic(attempt, opening, lastMoment);
  if (settled === 'done') return undefined;

  let decision = settled;
  if (decision === undefined) {
    const timing = { startedAt, ledgerLatencyMs: time.now() - startedAt, lastMoment };
    const died = opening.status === 'claimed' && opening.died;
    const next = await decide(attempt, claim, died, continuation, timing);
    if (next.kind === 'postponed') {
      // Stored before it is announced: whoever finds the entry brings the delivery back.
      const standing = await ledger.postpone(callback, claim, next, lastMoment);
      if (standing === undefined) {
        await bringBack(attempt, next.token, next.dueAt, lastMoment);
        return undefined;
      }
      decision = standing;
    } else {
      decision = await ledger.decide(callback, redacted(runtime, next), lastMoment);
    }
  }
  const reported =
    service.request === undefined
      ? { decision, alreadySettled: false }
      : await reportRenewed({ service, callback, decision, secrets: attempt.secrets }, runtime, lastMoment);
  log.info(reported.alreadySettled ? 'settled already' : 'answered', {
    id: callback.id,
    decision: reported.decision.kind,
    ...(reported.decision.kind === 'failed' ? { reason: reported.decision.reason } : {}),
    tookMs: time.now() - startedAt,
  });
  return reported.decision;
}

function continuationOf<Task>({ service, delivery, token }: Attempt<Task>): Continuation | undefined {
  const text = service.continuation === 'token' ? delivery.continuationToken : token;
  return text === undefined ? undefined : decodeContinuation(text);
}

function mustWait({ notBefore }: Continuation, now: number): boolean {
  return notBefore - EARLY_TOLERANCE_MS > now;
}

/** What can be done without user logic: the decision that stands, nothing at all (`done`), or undefined: run it. */
async function settleWithoutLogic<Task>(
  attempt: Attempt<Task>,
  opening: Opening,
  lastMoment: number,
): Promise<Decision | 'done' | undefined> {
  const { service, runtime, delivery } = attempt;
  const { id } = delivery.callback;
  switch (opening.status) {
    case 'claimed':
      return undefined;
    case 'decided':
      runtime.log.info('the decision stands already; reporting it again', { id });
      return opening.decision;
    case 'superseded':
      runtime.log.info('a later run has taken over', { id });
      return 'done';
    case 'postponed':
      // The run that put it off may have died before it could say so; twice does no harm.
      await bringBack(attempt, opening.token, opening.dueAt, lastMoment);
      return 'done';
    case 'busy':
      throw new InProgressError(
        `another invocation works on ${service.noun} ${id} until ${new Date(opening.leaseUntil).toISOString()} at the latest; this delivery comes again`,
      );
  }
}

async function bringBack<Task>(
  { runtime, delivery, event }: Attempt<Task>,
  token: string,
  dueAt: number,
  until: number,
): Promise<void> {
  const { id } = delivery.callback;
  if (runtime.redeliver === undefined) {
    throw new AnswerNotGivenError(`${id} waits for its continuation, and the function has no continuation queue`);
  }
  await runtime.redeliver(wrap(event, token), dueAt, until);
  runtime.log.info('comes back later', { id, dueAt: new Date(dueAt).toISOString() });
}

/** Moments of one attempt, in milliseconds. */
interface Timing {
  readonly startedAt: number;
  readonly ledgerLatencyMs: number;
  readonly lastMoment: number;
}

/** What the answer is to be; everything that user logic can do wrong ends here as a decision. */
async function decide<Task>(
  attempt: Attempt<Task>,
  claim: Claim,
  died: boolean,
  continuation: Continuation | undefined,
  { startedAt, ledgerLatencyMs, lastMoment }: Timing,
): Promise<Decision | Postponement> {
  const { service, runtime, context, delivery } = attempt;
  const { callback } = delivery;
  const environment = { service, callback, runtime, until: lastMoment };
  const waiting = await waitOn(attempt, continuation, environment);
  if (waiting !== undefined) return waiting;
  if (died && attempt.onCrash === 'fail') {
    return service.fit(
      failedDecision(
        `an earlier attempt at this ${service.noun} ended without a word: it ran out of time or memory, or was killed; its log is in ${context.logGroupName ?? context.functionName}`,
        'crashed',
      ),
    );
  }
  const run = continuation?.run ?? 1;
  const deadline = startDeadline(context, answerMargin(context.getRemainingTimeInMillis(), ledgerLatencyMs));
  try {
    const outcome = await runLogic(attempt.logic, delivery, {
      callback,
      deadline,
      connection: runtime.connection,
      log: runtime.log,
      time: runtime.time,
      state: continuation && (await loadState(continuation, runtime.ledger, lastMoment)),
      run,
      addSecrets: attempt.secrets.add,
    });
    const firstStart = continuation?.startedAt ?? startedAt;
    return await decisionOf(outcome, environment, {
      run,
      startedAt: firstStart,
      expiresAt: delivery.answerWithinMs === undefined ? undefined : firstStart + delivery.answerWithinMs,
    });
  } catch (error) {
    if (error instanceof RetryableError && runtime.lastResort) {
      runtime.log.warn('the logic asked to be run again', { id: callback.id, error });
      await runtime.ledger.release(callback, claim, lastMoment);
      throw error;
    }
    runtime.log.error('the logic failed', { id: callback.id, error });
    return service.fit(failureOf(error));
  } finally {
    deadline.clear();
  }
}

/** What a delivery comes to that only has to wait, or to ask whether somebody has completed it. */
async function waitOn<Task>(
  { service, delivery, token, runtime }: Attempt<Task>,
  continuation: Continuation | undefined,
  environment: Parameters<typeof resumeDeferral>[3] & { readonly callback: Callback },
): Promise<Decision | Postponement | undefined> {
  if (continuation === undefined) return undefined;
  const { deferral, run, notBefore } = continuation;
  if (service.continuation === 'token') {
    const waiting = { kind: 'continued', token: delivery.continuationToken ?? '', details: {} } as const;
    if (deferral !== undefined) {
      return resumeDeferral(deferral, deferralOf(environment.callback, deferral.id), waiting, environment);
    }
    return mustWait(continuation, runtime.time.now()) ? waiting : undefined;
  }
  if (deferral === undefined) return undefined;
  const waiting = { kind: 'postponed', run, dueAt: notBefore, token: token ?? '' } as const;
  return resumeDeferral(deferral, environment.callback, waiting, environment);
}

/** Takes every known secret out of the texts of a decision before it is stored and shown. */
function redacted(runtime: Runtime, decision: Decision): Decision {
  if (decision.kind === 'continued') return decision;
  return JSON.parse(JSON.stringify(decision), (_key, value) =>
    typeof value === 'string' ? runtime.redactor.redact(value) : value,
  ) as Decision;
}
