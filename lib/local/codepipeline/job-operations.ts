import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import type { ActionTypeRegistry } from './action-types.ts';
import { actionTypeArn } from './arns.ts';
import type { Revision } from './execution.ts';
import { jobData } from './job-data.ts';
import type { Job, JobProgress } from './jobs.ts';
import type { ActionTypeId } from './pipeline.ts';
import type { JobParts } from './run-jobs.ts';

/** The most that all output variables of an action may take, in bytes (user guide, quotas). */
export const OUTPUT_VARIABLES_MAXIMUM_BYTES = 122_880;

/** How many jobs PollForJobs gives when it is not told. */
const DEFAULT_BATCH_SIZE = 1;

interface CurrentRevision {
  readonly revision: string;
  readonly changeIdentifier: string;
  /** Epoch seconds. */
  readonly created?: number;
  readonly revisionSummary?: string;
}

interface SuccessInput {
  readonly jobId: string;
  readonly continuationToken?: string;
  readonly outputVariables?: Readonly<Record<string, string>>;
  readonly executionDetails?: JobProgress;
  readonly currentRevision?: CurrentRevision;
}

interface FailureInput {
  readonly jobId: string;
  readonly failureDetails: { readonly type: string; readonly message: string; readonly externalExecutionId?: string };
}

interface PollInput {
  readonly actionTypeId: ActionTypeId;
  readonly maxBatchSize?: number;
  readonly queryParam?: Readonly<Record<string, string>>;
}

/** The operations that functions and job workers call. */
export function createJobOperations(
  parts: JobParts & { readonly actionTypes: ActionTypeRegistry },
): Record<string, Operation> {
  const { kernel, jobs, actionTypes } = parts;
  const wire = (job: Job) => ({ id: job.id, accountId: kernel.accountId, data: jobData(kernel, job) });

  return {
    PutJobSuccessResult(input: SuccessInput, request) {
      request.authorize('codepipeline:PutJobSuccessResult', '*');
      const { jobId, continuationToken, outputVariables } = input;
      if (outputVariables !== undefined && continuationToken !== undefined) {
        throw new AwsError(
          'ValidationException',
          'outputVariables must not be given beside a continuationToken: report them with the final success',
        );
      }
      checkOutputVariables(outputVariables ?? {});
      jobs.answer(jobId, {
        kind: continuationToken === undefined ? 'succeeded' : 'continued',
        ...(continuationToken === undefined ? {} : { continuationToken }),
        ...(outputVariables === undefined ? {} : { outputVariables }),
        ...(input.currentRevision === undefined ? {} : { revision: revisionOf(input.currentRevision) }),
        details: progressOf(input.executionDetails ?? {}),
      });
      return {};
    },

    PutJobFailureResult({ jobId, failureDetails }: FailureInput, request) {
      request.authorize('codepipeline:PutJobFailureResult', '*');
      const { type, message, externalExecutionId } = failureDetails;
      jobs.answer(jobId, {
        kind: 'failed',
        error: { code: type, message },
        details: progressOf({ ...(externalExecutionId === undefined ? {} : { externalExecutionId }) }),
      });
      return {};
    },

    GetJobDetails({ jobId }: { readonly jobId: string }, request) {
      request.authorize('codepipeline:GetJobDetails', '*');
      return { jobDetails: wire(jobs.get(jobId)) };
    },

    PollForJobs({ actionTypeId, maxBatchSize, queryParam = {} }: PollInput, request) {
      request.authorize('codepipeline:PollForJobs', actionTypeArn(kernel, actionTypeId));
      if (actionTypeId.owner !== 'Custom') {
        throw new AwsError('ValidationException', `ActionType with owner '${actionTypeId.owner}' is not supported`);
      }
      const type = actionTypes.get(actionTypeId);
      const queryable = type.actionConfigurationProperties?.find((property) => property.queryable)?.name;
      checkQuery(queryable, queryParam);
      const found = jobs.poll(
        maxBatchSize ?? DEFAULT_BATCH_SIZE,
        (job) =>
          sameType(job.actionTypeId, actionTypeId) &&
          Object.entries(queryParam).every(([key, value]) => job.run.configuration[key] === value),
      );
      return { jobs: found.map((job) => ({ ...wire(job), nonce: job.nonce })) };
    },

    AcknowledgeJob({ jobId, nonce }: { readonly jobId: string; readonly nonce: string }, request) {
      request.authorize('codepipeline:AcknowledgeJob', '*');
      const status = jobs.acknowledge(jobId, nonce);
      if (status === 'InProgress') {
        const { execution, actionExecution } = jobs.get(jobId).run;
        kernel.events.emit('delivery', {
          service: 'codepipeline',
          callbackId: jobId,
          ...(request.principal.functionName === undefined ? {} : { functionName: request.principal.functionName }),
          detail: [execution.pipeline.name, actionExecution.stageName, actionExecution.action.name].join('/'),
        });
      }
      return { status };
    },
  };
}

function checkOutputVariables(variables: Readonly<Record<string, string>>): void {
  const bytes = Buffer.byteLength(Object.entries(variables).flat().join(''));
  if (bytes <= OUTPUT_VARIABLES_MAXIMUM_BYTES) return;
  throw new AwsError(
    'OutputVariablesSizeExceededException',
    `the output variables have ${bytes} bytes: at most ${OUTPUT_VARIABLES_MAXIMUM_BYTES} are allowed`,
  );
}

function checkQuery(queryable: string | undefined, query: Readonly<Record<string, string>>): void {
  const keys = Object.keys(query);
  if (queryable === undefined && keys.length > 0) {
    throw new AwsError(
      'ValidationException',
      `the action type has no queryable property: leave out queryParam ${keys}`,
    );
  }
  if (queryable !== undefined && !keys.includes(queryable)) {
    throw new AwsError(
      'ValidationException',
      `the action type has the queryable property ${queryable}: give it in queryParam`,
    );
  }
}

function sameType(left: ActionTypeId, right: ActionTypeId): boolean {
  return (['category', 'owner', 'provider', 'version'] as const).every((member) => left[member] === right[member]);
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
