import type { Callback } from '../core/callback.ts';
import type { Decision } from '../core/decision.ts';
import type { CalledResultApi, ResultApi, ResultRequest } from '../core/service.ts';
import { codePipelineApi } from './api.ts';
import { fitJobDecision, limits } from './fit.ts';
import { isLambdaJobEvent } from './lambda-event.ts';
import { resultMembers } from './result-members.ts';
import { claimData, jobClaiming, type PolledJobKeys } from './worker/claiming.ts';
import { type HandOver, readHandOver } from './worker/hand-over.ts';
import { isWakeUpRule } from './worker/wake-up.ts';

/** What all jobs have in common, however they are answered. */
export const jobService = {
  secretData: [],
  noun: 'job',
  continuation: 'token',
  tokenLimit: limits.continuationToken,
  fit: fitJobDecision,
  // AWS does not say when InvalidJobStateException comes; the job is then closed whichever way.
  settled: new Set(['InvalidJobStateException', 'JobNotFoundException']),
  refused: new Set(['ValidationException', 'OutputVariablesSizeExceededException', 'SerializationException']),
  describeUnowed: (event: unknown) => (isWakeUpRule(event) ? 'a wake-up of a job worker' : undefined),
} as const satisfies Partial<ResultApi>;

/** How CodePipeline's jobs are answered: PutJobSuccessResult and PutJobFailureResult. */
export const jobResultApi: CalledResultApi = {
  ...jobService,
  name: 'codepipeline',
  request: jobResultRequest,
  recognise(event, region) {
    if (isLambdaJobEvent(event)) return jobCallback(event['CodePipeline.job'].id, region);
    const handOver = readHandOver(event);
    if (handOver === undefined || handOver.clientToken !== undefined) return undefined;
    return polledJobCallback(handOver, region);
  },
  claiming: jobClaiming,
};

/** The callback of a job; its id alone opens it. */
export function jobCallback(jobId: string, region: string, claim?: PolledJobKeys): Callback {
  const data = { jobId, ...(claim === undefined ? {} : claimData(claim)) };
  return { service: 'codepipeline', id: jobId, region, data };
}

/** The callback of a job that was polled for. */
export function polledJobCallback({ job, shared, held }: HandOver, region: string): Callback {
  return jobCallback(job.id, region, { nonce: job.nonce, shared, held });
}

function jobResultRequest(callback: Callback, decision: Decision): ResultRequest {
  const { result, members } = resultMembers(decision);
  const input = { jobId: callback.data.jobId ?? callback.id, ...members };
  return { api: codePipelineApi, operation: `PutJob${result}Result`, input };
}
