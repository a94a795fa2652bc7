import { AwsCallError } from '../aws/index.ts';
import { progressOf } from './describe-request.ts';
import { codeOfException, meaningOf } from './failure-table.ts';
import { growingDelayMs } from './poll-delay.ts';
import { readProgressEvent } from './progress-event.ts';
import { placeMembers } from './read-resource.ts';
import { failed } from './request-failure.ts';
import { API_OPERATIONS, type Preparation } from './request-plan.ts';
import {
  again,
  begun,
  done,
  knowing,
  operationOf,
  type RequestRun,
  type ResourceStep,
  subjectOf,
  waitedFor,
  withheld,
} from './request-run.ts';

/** While something else goes on with the resource, it is asked for again after so long, growing; in milliseconds. */
const BUSY_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;
/** An API that does not take the request is asked so often, over about ten minutes. */
const MOST_TRIES = 20;

/** Asks for the change, if one is needed; by a ClientToken that makes every repetition the same request. */
export async function beginRequest(run: RequestRun): Promise<ResourceStep> {
  const { plan, state, turn } = run;
  let prepared: Preparation;
  try {
    prepared = await plan.prepare(turn, state.identifier);
  } catch (error) {
    if (!(error instanceof AwsCallError) || !mayBeAsked(run, error)) throw error;
    return askedLater(run, error.code);
  }
  const { kind, identifier, warnings } = prepared;
  if (kind === 'unchanged') return done(knowing(run, { identifier, warnings, changedProperties: [] }), 'NONE');
  const { operation, changedProperties, input, mayReplace } = prepared;
  const asked = knowing(run, { operation, identifier, changedProperties, warnings, mayReplace });
  const ClientToken = turn.clientToken(operation, plan.place.typeName, state.attempt);
  try {
    const members = { ...placeMembers(plan.place), ...input, ClientToken };
    return begun(asked, readProgressEvent(await turn.client.call(API_OPERATIONS[operation], members)));
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return afterRefusal(asked, error);
  }
}

/** What comes of a request that was refused at once: none was made, or it was made before. */
function afterRefusal(run: RequestRun, error: AwsCallError): ResourceStep {
  const code = codeOfException(error);
  const operation = operationOf(run);
  const requestToken = code === 'ClientTokenConflict' ? tokenIn(error.message) : undefined;
  if (requestToken !== undefined) {
    const warnings = [
      ...(run.state.warnings ?? []),
      'it was asked for before with something else desired; that was followed',
    ];
    return begun(knowing(run, { warnings }), {
      requestToken,
      status: 'found again',
      identifier: undefined,
      retryAt: undefined,
    });
  }
  if (code === 'ConcurrentOperation') return askedLater(run, 'another request is under way');
  if (mayBeAsked(run, error)) return askedLater(run, code);
  if (operation === 'DELETE' && code === 'NotFound') return done(run, operation);
  const message = withheld(run, error.message.replace(/^\S+ failed: \w+: /, ''));
  const meaning = meaningOf({ code, message, operation });
  const next = again(run, meaning);
  if (next === undefined) throw failed(run, { code, message, meaning });
  return next;
}

/** Whether an API that did not answer well is asked once more. */
function mayBeAsked({ state }: RequestRun, error: AwsCallError): boolean {
  return error.retryable && state.polls < MOST_TRIES;
}

function askedLater(run: RequestRun, why: string): ResourceStep {
  const pauseMs = growingDelayMs(BUSY_PAUSE_MS, run.state.polls, run.turn.time.random, LONGEST_PAUSE_MS);
  return waitedFor(run, pauseMs, progressOf(subjectOf(run), `asked again, since ${why}`));
}

/** The refusal of a ClientToken that was used names the request that it was used for. */
function tokenIn(message: string): string | undefined {
  return /RequestToken ([-A-Za-z0-9+/=]+)/.exec(message)?.[1];
}
