import type { OnCrash } from '../constants.ts';
import { decodeContinuation } from './continuation.ts';
import { answerMargin, type InvocationContext, startDeadline } from './deadline.ts';
import { type Decision, failedDecision } from './decision.ts';
import { InProgressError, RetryableError } from './errors.ts';
import { failureOf } from './failure.ts';
import type { Claim } from './ledger.ts';
import { decisionOf, resumeDeferral } from './outcome-decision.ts';
import { report } from './report.ts';
import { runLogic } from './run-logic.ts';
import type { Runtime } from './runtime.ts';
import type { Delivery, Service } from './service.ts';

/** Options of every handler. */
export interface HandlerOptions {
  /**
   * What happens to a delivery whose process died before it decided: answered failed, or run once more.
   *
   * @defaultValue 'fail', or what the construct was told
   */
  readonly onCrash?: OnCrash;
}

/** A plain Lambda handler. */
export type LambdaHandler = (event: unknown, context: InvocationContext) => Promise<void>;

/** Function clocks of two machines may differ by this much; a lease is longer by it, in milliseconds. */
const LEASE_SLACK_MS = 1_000;
/** The part of the remaining time that opening the ledger may take; the rest is for the logic and the answer. */
const OPENING_SHARE = 0.5;
/** Kept back from every last try, in milliseconds, so that an error is thrown by us and not by the timeout. */
const EXIT_MARGIN_MS = 150;
/** A continuation that arrives this much too early runs all the same, in milliseconds. */
const EARLY_TOLERANCE_MS = 5_000;

/**
 * Makes user logic a Lambda handler that keeps the promise for one service.
 *
 * @param provide - gives the runtime, at the first invocation
 */
export function createHandler<Task>(
  service: Service<Task>,
  logic: (task: Task) => unknown,
  options: HandlerOptions,
  provide: () => Runtime,
): LambdaHandler {
  return async (event, context) => {
    const runtime = provide();
    const delivery = service.parse(event, runtime.connection.region);
    runtime.redactor.add(...delivery.secrets);
    await answer({ service, logic, onCrash: options.onCrash ?? runtime.onCrash, runtime, context, delivery });
  };
}

/** One delivery and all that is needed to answer it. */
interface Attempt<Task> {
  readonly service: Service<Task>;
  readonly logic: (task: Task) => unknown;
  readonly onCrash: OnCrash;
  readonly runtime: Runtime;
  readonly context: InvocationContext;
  readonly delivery: Delivery<Task>;
}

async function answer<Task>(attempt: Attempt<Task>): Promise<void> {
  const { service, runtime, context, delivery } = attempt;
  const { ledger, log, time } = runtime;
  const { callback } = delivery;
  const startedAt = time.now();
  const availableMs = context.getRemainingTimeInMillis();
  const lastMoment = startedAt + availableMs - EXIT_MARGIN_MS;
  const claim: Claim = {
    owner: runtime.uuid(),
    requestId: context.awsRequestId,
    leaseMs: availableMs + LEASE_SLACK_MS,
  };

  const opening = await ledger.open(callback, claim, startedAt + availableMs * OPENING_SHARE);
  if (opening.status === 'busy') {
    throw new InProgressError(
      `another invocation works on ${service.noun} ${callback.id} until ${new Date(opening.leaseUntil).toISOString()} at the latest; this delivery comes again`,
    );
  }
  let decision: Decision;
  if (opening.status === 'decided') {
    decision = opening.decision;
    log.info('the decision stands already; reporting it again', { id: callback.id });
  } else {
    const ledgerLatencyMs = time.now() - startedAt;
    decision = await ledger.decide(
      callback,
      redacted(runtime, await decide(attempt, claim, opening.died, ledgerLatencyMs, lastMoment)),
      lastMoment,
    );
  }
  const reported = await report(service, callback, decision, runtime, lastMoment);
  log.info(reported.alreadySettled ? 'settled already' : 'answered', {
    id: callback.id,
    decision: reported.decision.kind,
    ...(reported.decision.kind === 'failed' ? { reason: reported.decision.reason } : {}),
    tookMs: time.now() - startedAt,
  });
}

/** What the answer is to be; everything that user logic can do wrong ends here as a decision. */
async function decide<Task>(
  attempt: Attempt<Task>,
  claim: Claim,
  died: boolean,
  ledgerLatencyMs: number,
  lastMoment: number,
): Promise<Decision> {
  const { service, runtime, context, delivery, onCrash } = attempt;
  const { callback } = delivery;
  if (died && onCrash === 'fail') {
    return service.fit(
      failedDecision(
        `an earlier attempt at this ${service.noun} ended without a word: it ran out of time or memory, or was killed; its log is in ${context.logGroupName ?? context.functionName}`,
        'crashed',
      ),
    );
  }
  const deadline = startDeadline(context, answerMargin(context.getRemainingTimeInMillis(), ledgerLatencyMs));
  try {
    const continuation =
      delivery.continuationToken === undefined
        ? undefined
        : await decodeContinuation(delivery.continuationToken, runtime.ledger, lastMoment);
    if (delivery.continuationToken !== undefined && continuation !== undefined) {
      const waiting = { kind: 'continued', token: delivery.continuationToken, details: {} } as const;
      if (continuation.deferral !== undefined) {
        return await resumeDeferral(continuation.deferral, waiting, { service, callback, runtime, until: lastMoment });
      }
      if (continuation.notBefore - EARLY_TOLERANCE_MS > runtime.time.now()) return waiting;
    }
    const run = continuation?.run ?? 1;
    const outcome = await runLogic(attempt.logic, delivery, {
      callback,
      deadline,
      connection: runtime.connection,
      log: runtime.log,
      time: runtime.time,
      state: continuation?.state,
      run,
      addSecrets: (...secrets) => runtime.redactor.add(...secrets),
    });
    return await decisionOf(outcome, { service, callback, runtime, run, until: lastMoment });
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

/** Takes every known secret out of the texts of a decision before it is stored and shown. */
function redacted(runtime: Runtime, decision: Decision): Decision {
  if (decision.kind === 'continued') return decision;
  return JSON.parse(JSON.stringify(decision), (_key, value) =>
    typeof value === 'string' ? runtime.redactor.redact(value) : value,
  ) as Decision;
}
