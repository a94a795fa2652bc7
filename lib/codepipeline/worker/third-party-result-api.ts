import type { Callback } from '../../core/callback.ts';
import { failedDecision } from '../../core/decision.ts';
import type { CalledResultApi } from '../../core/service.ts';
import { codePipelineApi } from '../api.ts';
import { fitJobDecision } from '../fit.ts';
import { jobResultApi } from '../job-result-api.ts';
import { resultMembers } from '../result-members.ts';
import { claimData } from './claiming.ts';
import { type HandOver, readHandOver } from './hand-over.ts';

/**
 * How the jobs of third-party actions are answered: PutThirdPartyJobSuccessResult and PutThirdPartyJobFailureResult,
 * with the customer's client token.
 */
export const thirdPartyJobResultApi: CalledResultApi = {
  ...jobResultApi,
  secretData: ['clientToken'],
  name: 'codepipeline-third-party',
  fit(decision) {
    if (decision.kind === 'succeeded' && decision.details.variables !== undefined) {
      const reason =
        'the outcome cannot be reported: CodePipeline takes no output variables from a third-party job; put them into an output artifact';
      return fitJobDecision(failedDecision(reason, 'configuration'));
    }
    return fitJobDecision(decision);
  },
  request(callback, decision) {
    const { result, members } = resultMembers(decision);
    const { jobId = callback.id, clientToken } = callback.data;
    return {
      api: codePipelineApi,
      operation: `PutThirdPartyJob${result}Result`,
      input: { jobId, clientToken, ...members },
    };
  },
  recognise(event, region) {
    const handOver = readHandOver(event);
    if (handOver?.clientToken === undefined) return undefined;
    return thirdPartyCallback({ ...handOver, clientToken: handOver.clientToken }, region);
  },
};

/** The callback of a third-party job. */
export function thirdPartyCallback(handOver: HandOver & { readonly clientToken: string }, region: string): Callback {
  const { job, shared, held, clientToken, clientId } = handOver;
  const data = {
    jobId: job.id,
    ...claimData({ nonce: job.nonce, shared, held }),
    clientToken,
    ...(clientId === undefined ? {} : { clientId }),
  };
  return { service: thirdPartyJobResultApi.name, id: job.id, region, data };
}
