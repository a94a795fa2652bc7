import type { Callback } from '../core/callback.ts';
import type { Decision } from '../core/decision.ts';
import type { ResultApi, ResultRequest } from '../core/service.ts';
import { fitJobDecision, limits } from './fit.ts';
import { isLambdaJobEvent } from './lambda-event.ts';
import { resultMembers } from './result-members.ts';
import { claimMarkKey } from './worker/claim-mark.ts';
import { readHandOver } from './worker/hand-over.ts';
import { isWakeUpRule } from './worker/wake-up.ts';

/** The wire of CodePipeline: JSON 1.1. */
export const codePipelineApi = {
  service: 'codepipeline',
  targetPrefix: 'CodePipeline_20150709',
  jsonVersion: '1.1',
} as const;

/** How CodePipeline's jobs are answered: PutJobSuccessResult and PutJobFailureResult. */
export const jobResultApi: ResultApi = {
  secretData: [],
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
    if (isLambdaJobEvent(event)) return jobCallback(event['CodePipeline.job'].id, region);
    const handOver = readHandOver(event);
    if (handOver === undefined || handOver.clientToken !== undefined) return undefined;
    return jobCallback(handOver.job.id, region, handOver.job.nonce);
  },
  // A job with a nonce was polled for. What comes without one was given to the function by CodePipeline itself.
  claimMark: (callback) => (callback.data.nonce === undefined ? undefined : claimMarkKey(callback)),
  describeUnowed: (event) => (isWakeUpRule(event) ? 'a wake-up of a job worker' : undefined),
};

/**
 * The callback of a job; its id alone opens it.
 *
 * @param nonce - what a polled job is claimed with
 */
export function jobCallback(jobId: string, region: string, nonce?: string): Callback {
  return { service: 'codepipeline', id: jobId, region, data: { jobId, ...(nonce === undefined ? {} : { nonce }) } };
}

function jobResultRequest(callback: Callback, decision: Decision): ResultRequest {
  const { result, members } = resultMembers(decision);
  const input = { jobId: callback.data.jobId ?? callback.id, ...members };
  return { api: codePipelineApi, operation: `PutJob${result}Result`, input };
}
