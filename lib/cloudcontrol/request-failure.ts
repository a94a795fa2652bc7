import { describeFailure, describeSubject } from './describe-request.ts';
import type { FailureMeaning } from './failure-table.ts';
import type { HookProgress } from './hook-progress.ts';
import { type RequestRun, subjectOf } from './request-run.ts';
import { ResourceRequestError, type ResourceRequestFailure } from './resource-request-error.ts';

/** A failure that Cloud Control told. */
export interface ToldFailure {
  readonly code: string;
  /** In words that may be shown. */
  readonly message: string;
  readonly meaning: FailureMeaning;
  readonly hooks?: readonly HookProgress[];
  /** What the request may have left behind. */
  readonly possibleRemnant?: string | undefined;
}

/** The error of a request that failed for good. */
export function failed(run: RequestRun, told: ToldFailure): ResourceRequestError {
  const { code, meaning, hooks, possibleRemnant } = told;
  const { attempt: attempts, mayReplace } = run.state;
  const text = describeFailure(subjectOf(run), { ...told, attempts, possibleRemnant, mayReplace });
  return requestError(run, text, {
    errorCode: code,
    category: meaning.category,
    possibleRemnant,
    ...(hooks && { hooks }),
  });
}

/** The error of a request that hooks stopped. */
export function refusedByHooks(
  run: RequestRun,
  findings: string,
  hooks: readonly HookProgress[],
): ResourceRequestError {
  const text = `cannot ${describeSubject(subjectOf(run))}: ${findings}`;
  return requestError(run, text, { errorCode: 'HookFailed', category: 'configuration', hooks });
}

/** The error of a request that was cancelled: nothing is rolled back (User Guide, "Canceling resource operation requests"). */
export function cancelled(run: RequestRun): ResourceRequestError {
  const { identifier, requestToken, isCancelling } = run.state;
  const subject = subjectOf(run);
  const left =
    requestToken === undefined
      ? 'nothing was asked for yet'
      : `nothing is rolled back, so ${identifier ?? 'the resource'} may exist as desired, in part or not at all: look at it`;
  const text = `to ${describeSubject(subject)} was cancelled${isCancelling === true || requestToken === undefined ? '' : ' by somebody else'}; ${left}`;
  const possibleRemnant = subject.operation === 'CREATE' ? identifier : undefined;
  return requestError(run, text, { errorCode: 'Cancelled', category: 'failed', possibleRemnant });
}

/** The error of a request whose end nobody can tell any more. */
export function expired(run: RequestRun, why: string): ResourceRequestError {
  const text = `nobody can tell how it ended to ${describeSubject(subjectOf(run))}: ${why}`;
  return requestError(run, text, { errorCode: 'Expired', category: 'unavailable' });
}

/** The error of a request that does not end. */
export function unended(run: RequestRun, hours: number): ResourceRequestError {
  const text = `to ${describeSubject(subjectOf(run))} has not ended within ${hours} hours; it may still do so`;
  return requestError(run, text, { errorCode: 'Unended', category: 'unavailable' });
}

function requestError(
  run: RequestRun,
  message: string,
  failure: Omit<ResourceRequestFailure, 'typeName' | 'operation' | 'identifier'>,
): ResourceRequestError {
  return new ResourceRequestError(message, { ...subjectOf(run), ...failure });
}
