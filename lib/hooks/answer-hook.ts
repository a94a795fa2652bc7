/**
 * A hook is a question, not work: CloudFormation waits for what the function returns, and asks again by itself when it
 * fails. So it has no entry in the ledger. To run a check twice does no harm, while a lease that a killed attempt left
 * behind would have all three of CloudFormation's attempts refused, and a ledger that is down would stop the deployments
 * of a whole account. What is to survive a round goes with CloudFormation, in its `callbackContext`.
 */
import type { TimeSource } from '../aws/index.ts';
import type { Deadline, InvocationContext } from '../core/deadline.ts';
import { ConfigurationError, isRingbackError } from '../core/errors.ts';
import { describeError } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { LogicResult, Outcome } from '../core/outcome.ts';
import { runLogic } from '../core/run-logic.ts';
import { readState, type Schema } from '../core/schema.ts';
import type { RedactedLog } from '../core/secrets/log.ts';
import type { SecretScope } from '../core/secrets/redactor.ts';
import { listenForStrayErrors } from '../core/stray-errors.ts';
import { readCallbackContext } from './callback-context.ts';
import { createHook, type ResourceHook } from './hook.ts';
import { contentOf } from './hook-content.ts';
import type { HookInvocation } from './hook-event.ts';
import { failedResponse, type HookResponse, responseOf } from './hook-response.ts';
import { declaredWithin, secretsWithin } from './hook-secrets.ts';
import { startHookDeadline } from './hook-time.ts';
import type { HookFailureDetails, HookSuccessDetails } from './outcomes.ts';

/** What the logic of a hook may return; nothing means success. */
export type HookOutcome = LogicResult<HookSuccessDetails, HookFailureDetails>;

/** User logic for a hook. */
export type HookLogic<Properties, State> = (
  hook: ResourceHook<Properties, State>,
) => HookOutcome | Promise<HookOutcome>;

/** Options of `resourceHook`. */
export interface ResourceHookOptions<State> {
  /** A Standard Schema for the state that `continueAfter` leaves. @defaultValue taken as it is */
  readonly state?: Schema<State>;
}

/** What a hook depends on; tests pass their own. */
export interface HookRuntime extends RedactedLog {
  readonly time: TimeSource;
  /** How long CloudFormation has waited for the first invocation when its handler begins, in milliseconds. */
  readonly coldStartMs: number;
}

/** One invocation and all that is needed to answer it. */
export interface HookAttempt<Properties, State> {
  readonly invocation: HookInvocation;
  readonly logic: HookLogic<Properties, State>;
  readonly options: ResourceHookOptions<State>;
  readonly runtime: HookRuntime;
  readonly context: InvocationContext;
  /** How long CloudFormation has waited already, in milliseconds. */
  readonly spentMs: number;
  /** Takes what must not be seen; whoever made it ends it. */
  readonly secrets: SecretScope;
}

/**
 * Answers one invocation: runs user logic under the deadline of a hook, and makes a response of whatever came of it.
 *
 * @throws RetryableError where the logic asks to be run again: CloudFormation then invokes again
 */
export async function answerHook<Properties, State>(attempt: HookAttempt<Properties, State>): Promise<HookResponse> {
  const { invocation, runtime, context, spentMs } = attempt;
  const { log, redactor, time } = runtime;
  const { operation, action, target } = invocation;
  const about = { operation, action, target: target.name, logicalId: target.logicalId };
  const answered = { invocation, log, redact: redactor.redact };
  const startedAt = time.now();
  const deadline = startHookDeadline(context, spentMs, () => time.now());
  try {
    const { run, state } = readRound(invocation);
    const outcome = await runHook(attempt, deadline, run, state);
    const response = responseOf(outcome, { ...answered, run });
    const { hookStatus, message: said } = response;
    log.info('answered', { ...about, hookStatus, said, tookMs: time.now() - startedAt });
    return response;
  } catch (error) {
    if (isRingbackError(error) && error.code === 'RETRYABLE') throw error;
    log.error('the hook could not tell whether the operation complies', { ...about, error });
    return failedResponse(describeError(error), { errorCode: 'InternalFailure' }, answered);
  } finally {
    deadline.clear();
  }
}

function readRound({ problem, callbackContext }: HookInvocation): ReturnType<typeof readCallbackContext> {
  if (problem !== undefined) throw new ConfigurationError(problem);
  return readCallbackContext(callbackContext);
}

function runHook<Properties, State>(
  { invocation, logic, options, runtime, secrets }: HookAttempt<Properties, State>,
  deadline: Deadline,
  run: number,
  state: Json | undefined,
): Promise<Outcome<HookSuccessDetails, HookFailureDetails>> {
  const { log, time } = runtime;
  return runLogic(logic, {
    deadline,
    runtime: { log, listenForStrayErrors },
    outcomes: 'succeed(), fail(), verdict(), continueAfter() or nothing',
    async createTask({ signal, remainingMs }) {
      const content = await contentOf(invocation, { signal, time, until: time.now() + remainingMs() });
      secrets.add(...secretsWithin(content.before), ...secretsWithin(content.after), ...secretsWithin(content.changes));
      secrets.declare(...declaredWithin(content.before), ...declaredWithin(content.after));
      const left = await readState(options.state, state, 'the state that the last round left');
      return createHook<Properties, State>(invocation, content, { state: left, run, signal, remainingMs, log });
    },
  });
}
