import { changedResource } from './changed-resource.ts';
import { progressOf, type RequestSubject } from './describe-request.ts';
import type { FailureMeaning } from './failure-table.ts';
import { growingDelayMs, pollDelayMs } from './poll-delay.ts';
import type { ProgressEvent, ResourceOperation } from './progress-event.ts';
import type { RequestPlan } from './request-plan.ts';
import { nextAttempt, type RequestState, requestStateJson } from './request-state.ts';
import type { ChangedResource, RequestProgress, Step, Turn } from './resource-request.ts';
import { withholderOf } from './withheld.ts';

/** One step of one request: what is wanted, how far it was, and what to work with. */
export interface RequestRun {
  readonly plan: RequestPlan;
  readonly state: RequestState;
  readonly turn: Turn;
}

/** What a step of a request comes to. */
export type ResourceStep = Step<ChangedResource>;

/** A request that failed in passing is made anew, so often. */
const MOST_ATTEMPTS = 6;

/** What more is known of a request; what is undefined says nothing. */
type MoreKnown = { readonly [Member in keyof RequestState]?: RequestState[Member] | undefined };

/** The same run with more known. */
export function knowing(run: RequestRun, more: MoreKnown): RequestRun {
  const known = Object.entries(more).filter(([, value]) => value !== undefined);
  return { ...run, state: { ...run.state, ...Object.fromEntries(known) } };
}

/** What the request is to do; a state without it is one that nobody asked for yet. */
export function operationOf({ state }: RequestRun): ResourceOperation {
  return state.operation ?? 'CREATE';
}

/** What the request is about, for messages. */
export function subjectOf(run: RequestRun): RequestSubject {
  return { operation: operationOf(run), typeName: run.plan.place.typeName, identifier: run.state.identifier };
}

/** A text of AWS from which all values that were asked for are withheld. */
export function withheld({ plan, state }: RequestRun, text: string): string {
  return withholderOf(plan.document, state.identifier)(text);
}

/** The request is under way; its token is stored before anybody asks how far it is. */
export function begun(
  run: RequestRun,
  event: Pick<ProgressEvent, 'requestToken' | 'identifier' | 'retryAt' | 'status'> & {
    readonly requestedAt?: number | undefined;
  },
) {
  // The service's own clock, where it says: ours may have stood still since.
  const { requestToken, identifier, retryAt, status, requestedAt = run.turn.time.now() } = event;
  const next = knowing(run, { polls: 0, requestedAt, requestToken, identifier });
  const delayMs = pollDelayMs(retryAt, 0, run.turn.time);
  return waiting(next.state, { delayMs, progress: progressOf(subjectOf(next), status), mustBeStored: true });
}

/** The request is looked at, or asked for, again. */
export function waitedFor(run: RequestRun, delayMs: number, progress: RequestProgress): ResourceStep {
  return waiting({ ...run.state, polls: run.state.polls + 1 }, { delayMs, progress, mustBeStored: false });
}

/** Another attempt, where the failure may pass and there were not too many; undefined elsewhere. */
export function again(
  run: RequestRun,
  { retryAfterMs }: Pick<FailureMeaning, 'retryAfterMs'>,
): ResourceStep | undefined {
  const { plan, state, turn } = run;
  if (retryAfterMs === undefined || state.attempt >= MOST_ATTEMPTS || state.isCancelling === true) return undefined;
  const delayMs = retryAfterMs === 0 ? 0 : growingDelayMs(retryAfterMs, state.attempt - 1, turn.time.random);
  const next = nextAttempt(state, plan.takesOver ? state.identifier : undefined);
  const progress = progressOf(subjectOf(run), `attempt ${state.attempt} failed, made anew`);
  return waiting(next, { delayMs, progress, mustBeStored: false });
}

/** The request is cancelled, as far as that goes. */
export function cancelling({ plan, state, turn }: RequestRun): ResourceStep {
  const next = { ...state, isCancelling: true, polls: 0 };
  const progress = progressOf(subjectOf({ plan, state, turn }), 'cancelling');
  return waiting(next, { delayMs: pollDelayMs(undefined, 0, turn.time), progress, mustBeStored: true });
}

function waiting(
  state: RequestState,
  step: Pick<Extract<ResourceStep, { kind: 'waiting' }>, 'delayMs' | 'progress' | 'mustBeStored'>,
): ResourceStep {
  return { kind: 'waiting', state: requestStateJson(state), ...step };
}

/** The resource is as it was to be. */
export function done(
  run: RequestRun,
  operation: ChangedResource['operation'],
  warnings: readonly string[] = [],
): ResourceStep {
  const { plan, state, turn } = run;
  const record = {
    typeName: plan.place.typeName,
    roleArn: plan.place.roleArn,
    identifier: state.identifier ?? '',
    operation,
    changedProperties: state.changedProperties ?? [],
    warnings: [...(state.warnings ?? []), ...warnings],
  };
  return { kind: 'done', result: changedResource(turn, record) };
}
