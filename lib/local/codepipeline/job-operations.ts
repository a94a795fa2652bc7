import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import { acknowledge } from './acknowledge.ts';
import type { ActionTypeRegistry } from './action-types.ts';
import { actionTypeArn } from './arns.ts';
import { type FailureDetails, failureOf, type SuccessMembers, successOf } from './job-answer.ts';
import { jobData } from './job-data.ts';
import type { Job } from './jobs.ts';
import type { ActionTypeId } from './pipeline.ts';
import type { JobParts } from './run-jobs.ts';

/** The most that all output variables of an action may take, in bytes (user guide, quotas). */
export const OUTPUT_VARIABLES_MAXIMUM_BYTES = 122_880;

/** How many jobs PollForJobs gives when it is not told. */
const DEFAULT_BATCH_SIZE = 1;

interface SuccessInput extends SuccessMembers {
  readonly jobId: string;
  readonly outputVariables?: Readonly<Record<string, string>>;
}

interface FailureInput {
  readonly jobId: string;
  readonly failureDetails: FailureDetails;
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
      requireOwn(jobs.get(jobId));
      if (outputVariables !== undefined && continuationToken !== undefined) {
        throw new AwsError(
          'ValidationException',
          'outputVariables must not be given beside a continuationToken: report them with the final success',
        );
      }
      checkOutputVariables(outputVariables ?? {});
      jobs.answer(jobId, {
        ...successOf(input),
        ...(outputVariables === undefined ? {} : { outputVariables }),
      });
      return {};
    },

    PutJobFailureResult({ jobId, failureDetails }: FailureInput, request) {
      request.authorize('codepipeline:PutJobFailureResult', '*');
      requireOwn(jobs.get(jobId));
      jobs.answer(jobId, failureOf(failureDetails));
      return {};
    },

    GetJobDetails({ jobId }: { readonly jobId: string }, request) {
      request.authorize('codepipeline:GetJobDetails', '*');
      return { jobDetails: wire(requireOwn(jobs.get(jobId))) };
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
      requireOwn(jobs.get(jobId));
      return { status: acknowledge(parts, { jobId, nonce }, request.principal) };
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

/** The job of a third-party action is another API's. @throws AwsError JobNotFoundException */
function requireOwn(job: Job): Job {
  if (job.actionTypeId.owner !== 'ThirdParty') return job;
  throw new AwsError('JobNotFoundException', `there is no job with the id ${job.id}`);
}

/** Whether two ids name the same action type. */
export function sameType(left: ActionTypeId, right: ActionTypeId): boolean {
  return (['category', 'owner', 'provider', 'version'] as const).every((member) => left[member] === right[member]);
}
