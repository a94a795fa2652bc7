import type { Revision } from './execution.ts';
import type { JobAnswer, JobProgress } from './jobs.ts';

interface CurrentRevision {
  readonly revision: string;
  readonly changeIdentifier: string;
  /** Epoch seconds. */
  readonly created?: number;
  readonly revisionSummary?: string;
}

/** What the Put APIs of success have in common. */
export interface SuccessMembers {
  readonly continuationToken?: string;
  readonly executionDetails?: JobProgress;
  readonly currentRevision?: CurrentRevision;
}

/** What the Put APIs of failure have in common. */
export interface FailureDetails {
  readonly type: string;
  readonly message: string;
  readonly externalExecutionId?: string;
}

/** The answer that a success or a continuation is. */
export function successOf({ continuationToken, currentRevision, executionDetails }: SuccessMembers): JobAnswer {
  return {
    kind: continuationToken === undefined ? 'succeeded' : 'continued',
    ...(continuationToken === undefined ? {} : { continuationToken }),
    ...(currentRevision === undefined ? {} : { revision: revisionOf(currentRevision) }),
    details: progressOf(executionDetails ?? {}),
  };
}

/** The answer that a failure is. */
export function failureOf({ type, message, externalExecutionId }: FailureDetails): JobAnswer {
  return {
    kind: 'failed',
    error: { code: type, message },
    details: progressOf({ ...(externalExecutionId === undefined ? {} : { externalExecutionId }) }),
  };
}

function progressOf(details: JobProgress): JobProgress {
  const { summary, externalExecutionId, percentComplete } = details;
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(externalExecutionId === undefined ? {} : { externalExecutionId }),
    ...(percentComplete === undefined ? {} : { percentComplete }),
  };
}

function revisionOf(current: CurrentRevision): Revision {
  return {
    revisionId: current.revision,
    revisionChangeIdentifier: current.changeIdentifier,
    ...(current.revisionSummary === undefined ? {} : { revisionSummary: current.revisionSummary }),
    ...(current.created === undefined ? {} : { created: current.created * 1000 }),
  };
}
