import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import { acknowledge } from './acknowledge.ts';
import { type FailureDetails, failureOf, type SuccessMembers, successOf } from './job-answer.ts';
import { jobData } from './job-data.ts';
import { sameType } from './job-operations.ts';
import { isClosed, type Job } from './jobs.ts';
import type { ActionTypeId } from './pipeline.ts';
import type { JobParts } from './run-jobs.ts';
import type { ThirdPartyTypes } from './third-party-types.ts';

/** How many jobs PollForThirdPartyJobs gives when it is not told. */
const DEFAULT_BATCH_SIZE = 1;

interface JobInput {
  readonly jobId: string;
  readonly clientToken: string;
}

/** The operations of the job workers of third-party actions. */
export function createThirdPartyOperations(
  parts: JobParts & { readonly thirdPartyTypes: ThirdPartyTypes },
): Record<string, Operation> {
  const { kernel, jobs, thirdPartyTypes } = parts;

  /** The job, for who knows its client's token. */
  function jobOf({ jobId, clientToken }: JobInput): Job {
    const job = jobs.get(jobId);
    if (job.actionTypeId.owner !== 'ThirdParty') {
      throw new AwsError('JobNotFoundException', `there is no third-party job with the id ${jobId}`);
    }
    if (thirdPartyTypes.clientOf(job.actionTypeId).clientToken !== clientToken) {
      throw new AwsError('InvalidClientTokenException', `the client token is not that of the client of job ${jobId}`);
    }
    return job;
  }

  return {
    PollForThirdPartyJobs({ actionTypeId, maxBatchSize }: PollInput, request) {
      request.authorize('codepipeline:PollForThirdPartyJobs', '*');
      if (actionTypeId.owner !== 'ThirdParty') {
        throw new AwsError('ValidationException', `ActionType with owner '${actionTypeId.owner}' is not supported`);
      }
      const { clientId } = thirdPartyTypes.clientOf(actionTypeId);
      const found = jobs.poll(maxBatchSize ?? DEFAULT_BATCH_SIZE, (job) => sameType(job.actionTypeId, actionTypeId));
      return { jobs: found.map((job) => ({ clientId, jobId: job.id })) };
    },

    GetThirdPartyJobDetails(input: JobInput, request) {
      request.authorize('codepipeline:GetThirdPartyJobDetails', '*');
      const job = jobOf(input);
      if (isClosed(job.state)) throw new AwsError('InvalidJobException', `job ${job.id} is ${job.state}`);
      return {
        jobDetails: {
          id: job.id,
          data: jobData(kernel, job),
          ...(job.nonce === undefined ? {} : { nonce: job.nonce }),
        },
      };
    },

    AcknowledgeThirdPartyJob(input: JobInput & { readonly nonce: string }, request) {
      request.authorize('codepipeline:AcknowledgeThirdPartyJob', '*');
      jobOf(input);
      return { status: acknowledge(parts, input, request.principal) };
    },

    PutThirdPartyJobSuccessResult(input: JobInput & SuccessMembers, request) {
      request.authorize('codepipeline:PutThirdPartyJobSuccessResult', '*');
      jobs.answer(jobOf(input).id, successOf(input));
      return {};
    },

    PutThirdPartyJobFailureResult(input: JobInput & { readonly failureDetails: FailureDetails }, request) {
      request.authorize('codepipeline:PutThirdPartyJobFailureResult', '*');
      jobs.answer(jobOf(input).id, failureOf(input.failureDetails));
      return {};
    },
  };
}

interface PollInput {
  readonly actionTypeId: ActionTypeId;
  readonly maxBatchSize?: number;
}
