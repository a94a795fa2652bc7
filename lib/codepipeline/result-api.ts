import type { PutJobFailureResultCommandInput, PutJobSuccessResultCommandInput } from '@aws-sdk/client-codepipeline';
import type { Callback } from '../core/callback.ts';
import type { Decision } from '../core/decision.ts';
import type { ResultApi, ResultRequest } from '../core/service.ts';
import { fitJobDecision, limits } from './fit.ts';
import { isLambdaJobEvent } from './lambda-event.ts';
import type { FailureType } from './outcomes.ts';

/** The wire of CodePipeline: JSON 1.1. */
export const codePipelineApi = {
  service: 'codepipeline',
  targetPrefix: 'CodePipeline_20150709',
  jsonVersion: '1.1',
} as const;

/** How CodePipeline's jobs are answered: PutJobSuccessResult and PutJobFailureResult. */
export const jobResultApi: ResultApi = {
  name: 'codepipeline',
  noun: 'job',
  continuation: 'token',
  tokenLimit: limits.continuationToken,
  fit: fitJobDecision,
  request: jobResultRequest,
  // AWS does not say when InvalidJobStateException comes; the job is then closed whichever way.
  settled: new Set(['InvalidJobStateException', 'JobNotFoundException']),
  refused: new Set(['ValidationException', 'OutputVariablesSizeExceededException', 'SerializationException']),
  recognise(event, region) {
    return isLambdaJobEvent(event) ? jobCallback(event['CodePipeline.job'].id, region) : undefined;
  },
};

/** The callback of a job; its id alone opens it. */
export function jobCallback(jobId: string, region: string): Callback {
  return { service: 'codepipeline', id: jobId, region, data: { jobId } };
}

// The wire has epoch seconds where the SDK's types have a Date.
type Wire<Input> = Input extends { currentRevision?: infer Revision }
  ? Omit<Input, 'currentRevision'> & { currentRevision?: Omit<NonNullable<Revision>, 'created'> & { created?: number } }
  : Input;

function jobResultRequest(callback: Callback, decision: Decision): ResultRequest {
  const jobId = callback.data.jobId ?? callback.id;
  if (decision.kind === 'failed') {
    const { type, externalExecutionId } = decision.details as { type?: FailureType; externalExecutionId?: string };
    const input: PutJobFailureResultCommandInput = {
      jobId,
      failureDetails: {
        type: type ?? 'JobFailed',
        message: decision.reason,
        ...(externalExecutionId ? { externalExecutionId } : {}),
      },
    };
    return { api: codePipelineApi, operation: 'PutJobFailureResult', input };
  }
  const { variables, currentRevision, ...execution } = decision.details as {
    variables?: Record<string, string>;
    currentRevision?: { revision: string; changeIdentifier: string; created?: number };
    summary?: string;
  };
  const input: Wire<PutJobSuccessResultCommandInput> = {
    jobId,
    ...(currentRevision ? { currentRevision } : {}),
    ...(Object.keys(execution).length > 0 ? { executionDetails: execution } : {}),
    ...(decision.kind === 'continued' ? { continuationToken: decision.token } : {}),
    ...(variables && Object.keys(variables).length > 0 ? { outputVariables: variables } : {}),
  };
  return { api: codePipelineApi, operation: 'PutJobSuccessResult', input };
}
