import { InvalidOutcomeError } from '../core/errors.ts';
import type { Outcome } from '../core/outcome.ts';
import { fitText } from '../core/secrets/fit-text.ts';
import type { Log } from '../core/secrets/log.ts';
import type { Redact } from '../core/secrets/redactor.ts';
import { type CallbackContext, MOST_ROUNDS, writeCallbackContext } from './callback-context.ts';
import { fitAnnotations } from './fit-annotations.ts';
import { fitReason, longestMessages } from './fit-reason.ts';
import type { HookInvocation } from './hook-event.ts';
import type { HookAnnotation, HookFailureDetails, HookSuccessDetails } from './outcomes.ts';

/**
 * What a hook's function returns.
 *
 * See https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html
 */
export interface HookResponse {
  readonly hookStatus: 'SUCCESS' | 'FAILED' | 'IN_PROGRESS';
  readonly clientRequestToken: string;
  /** With `FAILED` only. */
  readonly errorCode?: 'NonCompliant' | 'InternalFailure';
  readonly message?: string;
  readonly annotations?: readonly HookAnnotation[];
  /** With `IN_PROGRESS` only; comes back with the next round. */
  readonly callbackContext?: CallbackContext;
  /** With `IN_PROGRESS` only. */
  readonly callbackDelaySeconds?: number;
}

/** Which invocation is answered. */
export interface Answered {
  readonly invocation: Pick<HookInvocation, 'clientRequestToken' | 'operation'>;
  readonly redact: Redact;
  readonly log: Pick<Log, 'warn'>;
}

const SUCCESS_MEMBERS = ['message', 'annotations'];

/**
 * The response that an outcome becomes, redacted and fitted.
 *
 * @param answered - `run` is the number of the round that it ends
 * @throws InvalidOutcomeError when it cannot be given
 */
export function responseOf(
  outcome: Outcome<HookSuccessDetails, HookFailureDetails>,
  answered: Answered & { readonly run: number },
): HookResponse {
  switch (outcome.kind) {
    case 'succeeded':
      return passed(outcome.details, answered);
    case 'failed':
      return failedResponse(outcome.reason, outcome.details, answered);
    case 'continued':
      return {
        hookStatus: 'IN_PROGRESS',
        clientRequestToken: answered.invocation.clientRequestToken,
        ...messageOf(outcome.details, answered),
        callbackContext: writeCallbackContext(answered.run, outcome.state),
        callbackDelaySeconds: Math.ceil(outcome.delayMs / 1_000),
      };
    case 'deferred':
      throw new InvalidOutcomeError(
        `a hook cannot be deferred: nobody but its function can answer; use continueAfter, ${MOST_ROUNDS} times at most`,
      );
  }
}

/** The response of a failure. It gets through, whatever is wrong with its annotations. */
export function failedResponse(
  reason: unknown,
  { errorCode, annotations: given }: HookFailureDetails,
  { invocation, redact, log }: Answered,
): HookResponse {
  const { annotations, problems } = fitAnnotations(given, redact);
  if (problems.length > 0) log.warn('annotations cannot be sent as they were given', { problems });
  return {
    hookStatus: 'FAILED',
    errorCode: errorCode === 'InternalFailure' ? errorCode : 'NonCompliant',
    message: fitReason(redact(String(reason)), longestMessages[invocation.operation]),
    clientRequestToken: invocation.clientRequestToken,
    ...(annotations.length > 0 ? { annotations } : {}),
  };
}

function passed(details: HookSuccessDetails, answered: Answered): HookResponse {
  const unknown = Object.keys(details).find((name) => !SUCCESS_MEMBERS.includes(name));
  if (unknown !== undefined) throw unreportable(`a hook takes a message and annotations, and no "${unknown}"`);
  const { annotations, problems } = fitAnnotations(details.annotations, answered.redact);
  if (problems.length > 0) throw unreportable(problems.join('; '));
  return {
    hookStatus: 'SUCCESS',
    ...messageOf(details, answered),
    clientRequestToken: answered.invocation.clientRequestToken,
    ...(annotations.length > 0 ? { annotations } : {}),
  };
}

function unreportable(why: string): InvalidOutcomeError {
  return new InvalidOutcomeError(`the outcome cannot be reported: ${why}`);
}

function messageOf(details: { readonly message?: unknown }, { invocation: { operation }, redact }: Answered) {
  const { message } = details;
  if (message === undefined || message === null || message === '') return {};
  const limit = { max: longestMessages[operation], keep: 'start', ifEmpty: '-' } as const;
  return { message: fitText(redact(String(message)), limit) };
}
