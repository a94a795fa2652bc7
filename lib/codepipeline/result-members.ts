import type { PutJobFailureResultCommandInput, PutJobSuccessResultCommandInput } from '@aws-sdk/client-codepipeline';
import type { Decision, Details } from '../core/decision.ts';
import type { FailureType } from './outcomes.ts';

// The wire has epoch seconds where the SDK's types have a Date.
type Wire<Input> = Input extends { currentRevision?: infer Revision }
  ? Omit<Input, 'currentRevision'> & { currentRevision?: Omit<NonNullable<Revision>, 'created'> & { created?: number } }
  : Input;

type Members =
  | { readonly result: 'Success'; readonly members: Omit<Wire<PutJobSuccessResultCommandInput>, 'jobId'> }
  | { readonly result: 'Failure'; readonly members: Omit<PutJobFailureResultCommandInput, 'jobId'> };

/** What the Put APIs of jobs, custom or third-party, have in common: everything but the ids and tokens. */
export function resultMembers(decision: Decision): Members {
  if (decision.kind === 'failed') {
    const { type, externalExecutionId } = decision.details as { type?: FailureType; externalExecutionId?: string };
    const failureDetails = {
      type: type ?? 'JobFailed',
      message: decision.reason,
      ...(externalExecutionId ? { externalExecutionId } : {}),
    };
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
export function progressMembers(
  continuationToken: string,
  progress: Details,
): Omit<Wire<PutJobSuccessResultCommandInput>, 'jobId'> {
  const { currentRevision: _, ...execution } = progress;
  return { continuationToken, ...(Object.keys(execution).length > 0 ? { executionDetails: execution } : {}) };
}
