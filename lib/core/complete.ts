import type { AnswerEnvironment } from './answer-environment.ts';
import { type Callback, decodeCallback } from './callback.ts';
import { deferralOf } from './continuation.ts';
import type { Decision } from './decision.ts';
import { InvalidCallbackError, InvalidOptionError } from './errors.ts';
import type { Failed, Succeeded } from './outcome.ts';
import { endDecision } from './outcome-decision.ts';
import { report } from './report.ts';
import type { ResultApi } from './service.ts';

/** How {@link completeWith} ended. */
export interface Completion {
  /** The kind of the decision that stands; another than asked for where somebody was faster. */
  readonly decision: Decision['kind'];
  /** Whether the decision that stands is the one that was asked for. */
  readonly accepted: boolean;
  /**
   * `reported`: the service knows. `waiting`: it stands in the ledger, and the service's next continuation or invocation
   * carries it (CodePipeline: within about 30 seconds). `closed`: the service had been answered before, or waits no more.
   */
  readonly state: 'reported' | 'waiting' | 'closed';
}

/** How long deciding and reporting may take, in milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * Answers a callback from anywhere.
 *
 * @throws InvalidCallbackError when the callback cannot be read or belongs to no known service
 * @throws InvalidOptionError when the outcome is neither success nor failure
 * @throws LedgerError, AnswerNotGivenError when the ledger or the service cannot be reached; try again
 */
export async function completeWith(
  environment: AnswerEnvironment,
  resultApis: readonly ResultApi[],
  callbackOrText: Callback | string,
  outcome: Succeeded | Failed,
): Promise<Completion> {
  const callback = typeof callbackOrText === 'string' ? decodeCallback(callbackOrText) : callbackOrText;
  const service = resultApis.find((api) => api.name === callback.service);
  if (service === undefined) {
    const known = resultApis.map((api) => api.name).join(', ');
    throw new InvalidCallbackError(`the callback is of service "${callback.service}", and this version knows ${known}`);
  }
  if (outcome.kind !== 'succeeded' && outcome.kind !== 'failed') {
    throw new InvalidOptionError(
      `complete takes succeed() or fail(), but got ${String((outcome as { kind?: unknown }).kind)}`,
    );
  }
  const until = environment.time.now() + PATIENCE_MS;
  const asked = endDecision(outcome, service);
  const standing = await environment.ledger.decide(callback, asked, until);
  if (standing.kind === 'continued' && standing.deferral !== undefined) {
    const arrived = await environment.ledger.decide(deferralOf(callback, standing.deferral), asked, until);
    return { decision: arrived.kind, accepted: same(arrived, asked), state: 'waiting' };
  }
  // What the function returns is the answer: its next invocation finds the decision.
  if (service.request === undefined) {
    return { decision: standing.kind, accepted: same(standing, asked), state: 'waiting' };
  }
  const { alreadySettled, decision } = await report(service, callback, standing, environment, until);
  return { decision: decision.kind, accepted: same(decision, asked), state: alreadySettled ? 'closed' : 'reported' };
}

function same(one: Decision, other: Decision): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
