import type { Decision, Details } from '../core/decision.ts';
import type { FailureType } from './outcomes.ts';

/** PutJobSuccessResult without its id, and without the client token that third-party jobs add. Times are epoch seconds. */
interface SuccessMembers {
  readonly currentRevision?: {
    readonly revision: string;
    readonly changeIdentifier: string;
    readonly created?: number;
    readonly revisionSummary?: string;
  };
  readonly continuationToken?: string;
  readonly executionDetails?: {
    readonly summary?: string;
    readonly externalExecutionId?: string;
    readonly percentComplete?: number;
  };
  readonly outputVariables?: Readonly<Record<string, string>>;
}

/** PutJobFailureResult without its id. */
interface FailureMembers {
  readonly failureDetails: {
    readonly type: FailureType;
    readonly message: string;
    readonly externalExecutionId?: string;
  };
}

type Members =
  | { readonly result: 'Success'; readonly members: SuccessMembers }
  | { readonly result: 'Failure'; readonly members: FailureMembers };

/** What the Put APIs of jobs, custom or third-party, have in common: everything but the ids and tokens. */
export function resultMembers(decision: Decision): Members {
  if (decision.kind === 'failed') {
    const details = decision.details as Partial<FailureMembers['failureDetails']>;
    const failureDetails = { type: 'JobFailed', ...details, message: decision.reason } as const;
    return { result: 'Failure', members: { failureDetails } };
  }
  const { variables, currentRevision, ...execution } = decision.details as {
    variables?: Record<string, string>;
    currentRevision?: { revision: string; changeIdentifier: string; created?: number };
    summary?: string;
  };
  const members = {
    ...(currentRevision ? { currentRevision } : {}),
    ...(Object.keys(execution).length > 0 ? { executionDetails: execution } : {}),
    ...(variables && Object.keys(variables).length > 0 ? { outputVariables: variables } : {}),
  };
  return { result: 'Success', members };
}

/** What says that a job goes on: a success with the token that its next run brings back. */
export function progressMembers(continuationToken: string, progress: Details): SuccessMembers {
  const { currentRevision: _, ...execution } = progress;
  return { continuationToken, ...(Object.keys(execution).length > 0 ? { executionDetails: execution } : {}) };
}
