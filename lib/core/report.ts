import { AwsCallError, callJson } from '../aws/index.ts';
import type { AnswerEnvironment } from './answer-environment.ts';
import type { Callback } from './callback.ts';
import type { Decision } from './decision.ts';
import { failedDecision } from './decision.ts';
import { AnswerNotGivenError } from './errors.ts';
import { retry } from './retry.ts';
import type { ResultApi, ResultRequest } from './service.ts';

/** One try of a result API ends here, in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 5_000;

/** How a report ended. */
export interface Reported {
  /** What the service was told; another than asked for where the service refused that as invalid. */
  readonly decision: Decision;
  /** Whether the service had been answered already, or had given up waiting. */
  readonly alreadySettled: boolean;
}

/**
 * Carries a stored decision to its service, again and again until it arrives or `until` (milliseconds since the
 * epoch) has come.
 *
 * @throws AnswerNotGivenError when it did not arrive, or can only be returned; whoever comes next reports the same
 * decision
 */
export async function report(
  resultApi: ResultApi,
  callback: Callback,
  decision: Decision,
  environment: AnswerEnvironment,
  until: number,
): Promise<Reported> {
  const { log, time, ledger } = environment;
  const connection = environment.connect(callback.region);
  const { api, operation, input } = requestOf(resultApi, callback, decision);
  let tries = 0;
  try {
    await retry(
      async () => {
        tries++;
        await callJson(connection, api, operation, input, { signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) });
      },
      {
        until,
        time,
        isRetryable: (error) => error instanceof AwsCallError && error.retryable,
        retryAfterMs: (error) => (error instanceof AwsCallError ? error.retryAfterMs : undefined),
      },
    );
    return { decision, alreadySettled: false };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    if (resultApi.settled.has(error.code)) {
      log.info('the service had closed the callback already', { operation, errorCode: error.code, tries });
      return { decision, alreadySettled: true };
    }
    if (resultApi.refused.has(error.code) && decision.kind !== 'failed') {
      const replacement = failedDecision(`the answer was refused as invalid: ${error.message}`, 'failed');
      log.error('the service refused the answer as invalid; answering failed instead', { error });
      const standing = await ledger.amend(callback, decision, resultApi.fit(replacement), until);
      if (standing.kind === 'failed') return report(resultApi, callback, standing, environment, until);
    }
    throw new AnswerNotGivenError(explain(error, resultApi, tries), { cause: error });
  }
}

function requestOf({ request, noun }: ResultApi, callback: Callback, decision: Decision): ResultRequest {
  if (request !== undefined) return request(callback, decision);
  throw new AnswerNotGivenError(
    `${noun} ${callback.id} is answered by what its function returns; the decision stands, and the next invocation returns it`,
  );
}

function explain(error: AwsCallError, { noun }: ResultApi, tries: number): string {
  if (error.accessDenied) {
    const statement = JSON.stringify({ Effect: 'Allow', Action: error.action, Resource: '*' });
    return `the ${noun} is not answered, because the function's role lacks a permission: add the statement ${statement} (${error.message})`;
  }
  return `the ${noun} is not answered after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${error.message}`;
}
